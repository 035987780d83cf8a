package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrOpen says that sealed bytes do not open here: altered, cut, sealed under
// a key that this keyset lacks, or bound to another place. It carries no more,
// because the difference helps only an attacker.
var ErrOpen = errors.New("sealed value does not open")

// prefixSize is the tink output prefix: a version byte and the key id.
const prefixSize = 5

// Sealer seals and opens values under one keyset. It is safe for concurrent
// use and costs nothing to share; build one per process.
type Sealer struct {
	aead    tink.AEAD
	primary [prefixSize]byte
}

// Parse reads a keyset made by Generate or Rotate; white space around it is
// ignored. Its errors say what is wrong with the text and never repeat it.
func Parse(text string) (*Sealer, error) {
	handle, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("read keyset: %w", err)
	}
	// Built once: construction costs several times what one Seal does.
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("read keyset: %w", errBadKeyset)
	}
	s := &Sealer{aead: primitive}
	s.primary[0] = 1 // the version byte of tink's own prefix type
	binary.BigEndian.PutUint32(s.primary[1:], handle.KeysetInfo().GetPrimaryKeyId())
	return s, nil
}

// Seal encrypts plain under the primary key and binds it to the parts of bind,
// by convention table, row id, column. Open needs the same parts in the same
// order. The result is 33 bytes longer than plain.
func (s *Sealer) Seal(plain []byte, bind ...string) ([]byte, error) {
	sealed, err := s.aead.Encrypt(plain, associated(bind))
	if err != nil {
		return nil, errors.New("seal value: encryption failed")
	}
	return sealed, nil
}

// Open decrypts what Seal returned for the same parts of bind, or returns
// ErrOpen.
func (s *Sealer) Open(sealed []byte, bind ...string) ([]byte, error) {
	plain, err := s.aead.Decrypt(sealed, associated(bind))
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

// Stale reports whether sealed is not under the primary key and should be
// sealed again. It looks at the first five bytes only and needs no key.
func (s *Sealer) Stale(sealed []byte) bool {
	return !bytes.HasPrefix(sealed, s.primary[:])
}

// SealText is Seal for text that travels in a cookie or in JSON: the result is
// base64url without padding.
func (s *Sealer) SealText(plain string, bind ...string) (string, error) {
	sealed, err := s.Seal([]byte(plain), bind...)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// OpenText opens what SealText returned, or returns ErrOpen.
func (s *Sealer) OpenText(sealed string, bind ...string) (string, error) {
	raw, ok := unbase64(sealed)
	if !ok {
		return "", ErrOpen
	}
	plain, err := s.Open(raw, bind...)
	if err != nil {
		return "", err
	}
	return string(plain), nil
}

// associated joins the parts with their lengths in front, so that ("ab", "c")
// and ("a", "bc") differ.
func associated(parts []string) []byte {
	size := 0
	for _, part := range parts {
		size += binary.MaxVarintLen64 + len(part)
	}
	joined := make([]byte, 0, size)
	for _, part := range parts {
		joined = binary.AppendUvarint(joined, uint64(len(part)))
		joined = append(joined, part...)
	}
	return joined
}
