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
// one seal: with several replicas, use Add and then Promote.
func Rotate(text string) (string, error) {
	added, err := Add(text)
	if err != nil {
		return "", err
	}
	return Promote(added)
}

// Add returns the keyset of text with a new key that opens values but does not
// seal any yet. Once every replica has it, Promote it: no replica then meets a
// value that it cannot open.
func Add(text string) (string, error) {
	return change(text, func(m *keyset.Manager, _ []uint32) error {
		_, err := m.Add(aead.AES256GCMKeyTemplate())
		return err
	})
}

// Promote returns the keyset of text with its newest key as the primary one.
func Promote(text string) (string, error) {
	return change(text, func(m *keyset.Manager, ids []uint32) error {
		return m.SetPrimary(ids[len(ids)-1])
	})
}

// change applies one change to a keyset; ids are its keys in the order in which
// they were added. Causes inside tink are dropped, as in decode.
func change(text string, apply func(m *keyset.Manager, ids []uint32) error) (string, error) {
	handle, err := decode(text)
	if err != nil {
		return "", fmt.Errorf("change keyset: %w", err)
	}
	var ids []uint32
	for _, key := range handle.KeysetInfo().GetKeyInfo() {
		ids = append(ids, key.GetKeyId())
	}
	manager := keyset.NewManagerFromHandle(handle)
	if err := apply(manager, ids); err != nil {
		return "", errors.New("change keyset: the key could not be added or made primary")
	}
	changed, err := manager.Handle()
	if err != nil {
		return "", errors.New("change keyset: the new keyset is not valid")
	}
	return encode(changed)
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
