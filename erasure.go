package bowline

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Erasure is the proof that something was deleted: what is left of it, and no
// more. The proofs of an instance form a chain: each holds the hash of the one
// before it, so that one that is taken away or changed shows.
type Erasure struct {
	ID         ID          `json:"id"`
	InstanceID ID          `json:"instanceId"`
	Number     int64       `json:"number"` // 1 for the first of the instance, then one more each time
	Kind       ErasureKind `json:"kind"`
	CompanyID  ID          `json:"companyId"`
	// ConnectionID and IntegrationKey are empty for a company.
	ConnectionID   ID        `json:"connectionId,omitempty"`
	IntegrationKey string    `json:"integrationKey,omitempty"`
	ErasedAt       time.Time `json:"erasedAt"`
	Actor          Actor     `json:"actor"`
	CorrelationID  string    `json:"correlationId,omitempty"`
	// Erased says how much of what was erased: "consents": 2.
	Erased map[string]int64 `json:"erased"`
	// Consents are the digests of the consents that were erased, by
	// [ConsentDigest]: who kept a copy can show that it was among them.
	Consents []string `json:"consents"`
	Previous string   `json:"previousHash"` // "" for the first
	Hash     string   `json:"hash"`
	// GrantOutcome says whether the grant was ended at the provider: "" where
	// there was none, "waiting" until it is known. It comes later, so the hash
	// does not hold it.
	GrantOutcome string     `json:"grantOutcome,omitempty"`
	GrantEndedAt *time.Time `json:"grantEndedAt,omitempty"`
}

// ErasureKind says what was erased.
type ErasureKind string

// The kinds of erasures.
const (
	ErasedConnection ErasureKind = "connection"
	ErasedCompany    ErasureKind = "company"
)

// GrantWaits is the GrantOutcome of a grant that is still to be ended.
const GrantWaits = "waiting"

// Digest is what Hash should be: SHA-256, in hex, of these texts, each written
// as its length in bytes, a colon, the text and a comma: previousHash, instance
// id, number, id, kind, company id, connection id, integration key, erasedAt in
// microseconds since 1970, actor, correlation id, erased as name=count in the
// order of the names and joined by semicolons, consents joined by semicolons.
func (e Erasure) Digest() string {
	var erased []string
	for _, name := range slices.Sorted(maps.Keys(e.Erased)) {
		erased = append(erased, name+"="+strconv.FormatInt(e.Erased[name], 10))
	}
	return digest(
		e.Previous, string(e.InstanceID), strconv.FormatInt(e.Number, 10), string(e.ID), string(e.Kind), string(e.CompanyID),
		string(e.ConnectionID), e.IntegrationKey, strconv.FormatInt(e.ErasedAt.UnixMicro(), 10), string(e.Actor), e.CorrelationID,
		strings.Join(erased, ";"), strings.Join(e.Consents, ";"),
	)
}

// ConsentDigest is SHA-256, in hex, of these texts, written as for
// [Erasure.Digest]: the consent's id, connection id, kind, text, text version,
// locale, data types joined by semicolons, when it was given in microseconds
// since 1970, from which address, and with which browser.
func ConsentDigest(c Consent) string {
	return digest(
		string(c.ID), string(c.ConnectionID), string(c.Kind), c.Text, c.TextVersion, c.Locale, strings.Join(c.DataTypes, ";"),
		strconv.FormatInt(c.GrantedAt.UnixMicro(), 10), c.GrantedFrom, c.UserAgent,
	)
}

func digest(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		sum.Write([]byte(strconv.Itoa(len(part)) + ":" + part + ","))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// ErasureCheck is what a look at a whole chain found.
type ErasureCheck struct {
	Count  int64  `json:"count"`
	Head   string `json:"headHash"` // of the last proof; keep a copy elsewhere
	Intact bool   `json:"intact"`
	// Faults are the first places that do not fit, at most 100.
	Faults []ErasureFault `json:"faults"`
}

// ErasureFault is a place at which a chain is broken.
type ErasureFault struct {
	Number  int64  `json:"number"`
	Problem string `json:"problem"`
}
