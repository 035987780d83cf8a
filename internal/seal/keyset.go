package seal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	tinkpb "github.com/tink-crypto/tink-go/v2/proto/tink_go_proto"
)

// keysetPrefix makes a keyset recognizable to people and to secret scanners,
// and leaves room for another format later.
const keysetPrefix = "bowline-keyset-v1."

// maxKeysetText caps what Parse looks at: about 300 keys, far beyond any
// rotation schedule.
const maxKeysetText = 64 << 10

// keyType is the only kind of key a keyset may hold. A keyset with anything
// else did not come from Generate or Rotate.
const keyType = "type.googleapis.com/google.crypto.tink.AesGcmKey"

// Faults of a keyset text. None of them repeats any part of the text.
var (
	errNoKeyset  = errors.New(`keyset does not start with "` + keysetPrefix + `"`)
	errLongText  = errors.New("keyset is longer than 64 KiB")
	errBadBase64 = errors.New("keyset is not base64url after its prefix: it may have been cut or wrapped")
	errBadKeyset = errors.New("keyset cannot be read: it may have been cut or altered")
	errNoTinkKey = errors.New("keyset holds a key that is disabled, unprefixed or not AES-256-GCM")
)

// Generate returns a new keyset with one key, as a line of text. The text
// contains the key itself: print it once, store it outside the database.
func Generate() (string, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", errors.New("generate keyset: no key could be made")
	}
	return encode(handle)
}

// Rotate returns the keyset of text with a new primary key in front of the
// old ones. Values sealed before still open, values sealed from now on use the
// new key. Processes with the old text cannot open what processes with the new
// one seal, so replicas change over together.
func Rotate(text string) (string, error) {
	handle, err := decode(text)
	if err != nil {
		return "", fmt.Errorf("rotate keyset: %w", err)
	}
	manager := keyset.NewManagerFromHandle(handle)
	id, err := manager.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return "", errors.New("rotate keyset: no key could be added")
	}
	if err := manager.SetPrimary(id); err != nil {
		return "", errors.New("rotate keyset: the new key could not be made primary")
	}
	rotated, err := manager.Handle()
	if err != nil {
		return "", errors.New("rotate keyset: the new keyset is not valid")
	}
	return encode(rotated)
}

// encode writes a keyset as text.
func encode(handle *keyset.Handle) (string, error) {
	var raw bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewBinaryWriter(&raw)); err != nil {
		return "", errors.New("write keyset: it cannot be serialized")
	}
	return keysetPrefix + base64.RawURLEncoding.EncodeToString(raw.Bytes()), nil
}

// decode reads the text of a keyset. The causes inside tink are dropped on
// purpose: some of them quote what they read.
func decode(text string) (*keyset.Handle, error) {
	if len(text) > maxKeysetText {
		return nil, errLongText
	}
	encoded, ok := strings.CutPrefix(strings.TrimSpace(text), keysetPrefix)
	if !ok {
		return nil, errNoKeyset
	}
	raw, ok := unbase64(encoded)
	if !ok {
		return nil, errBadBase64
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewBinaryReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, errBadKeyset
	}
	for _, key := range handle.KeysetInfo().GetKeyInfo() {
		// An unprefixed key would make Stale guess, and tink tries such keys on
		// every ciphertext.
		if key.GetTypeUrl() != keyType || key.GetStatus() != tinkpb.KeyStatusType_ENABLED ||
			key.GetOutputPrefixType() != tinkpb.OutputPrefixType_TINK {
			return nil, errNoTinkKey
		}
	}
	return handle, nil
}

// unbase64 decodes base64url without padding and accepts one spelling only.
// The decoder of the standard library skips line breaks wherever they stand.
func unbase64(text string) ([]byte, bool) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return raw, err == nil
}
