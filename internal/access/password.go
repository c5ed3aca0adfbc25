package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"bujiao/internal/fault"
)

// Bounds of a password: length is what keeps it from being guessed, and the
// upper bound keeps a request from being work.
const (
	minPassword = 10  // characters
	maxPassword = 256 // bytes
)

// Argon2id is the cost of a password's hash. The zero value is DefaultCost.
type Argon2id struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// DefaultCost is 19 MiB and two passes: some 50 to 100 ms of one core.
var DefaultCost = Argon2id{Memory: 19 << 10, Passes: 2, Threads: 1}

// Bounds of what a record may ask for, so that none makes a login endless.
const (
	maxMemory  = 1 << 20 // KiB
	maxPasses  = 32
	maxThreads = 16
)

const (
	saltSize = 16
	keySize  = 32
)

var b64 = base64.RawStdEncoding

func (c Argon2id) orDefault() Argon2id {
	if c == (Argon2id{}) {
		return DefaultCost
	}
	return c
}

// Hash makes the record of a password, in the usual form
// $argon2id$v=19$m=..,t=..,p=..$salt$key. Too short or too long is a fault.
func (c Argon2id) Hash(password string) (string, error) {
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword || !utf8.ValidString(password) {
		return "", fault.New(fault.Invalid, "access.weak_password", fault.Args{"least": fmt.Sprint(minPassword), "most": fmt.Sprint(maxPassword)})
	}
	var salt [saltSize]byte
	_, _ = rand.Read(salt[:]) // never fails since Go 1.24
	c = c.orDefault()
	return c.record(salt[:], c.key(password, salt[:])), nil
}

// working bounds how many hashes are made at once, and with them the memory
// that logins take.
var working = make(chan struct{}, runtime.GOMAXPROCS(0))

func (c Argon2id) key(password string, salt []byte) []byte {
	working <- struct{}{}
	defer func() { <-working }()
	return argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Threads, keySize)
}

func (c Argon2id) record(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// Verify tells whether a password is that of a record, and whether the record
// was made at another cost and is to be made anew. An empty record, of a login
// that does not exist, takes as long and is never right.
func (c Argon2id) Verify(record, password string) (right, stale bool, err error) {
	c = c.orDefault()
	if len(password) > maxPassword {
		return false, false, nil
	}
	if record == "" {
		c.key(password, make([]byte, saltSize))
		return false, false, nil
	}
	cost, salt, key, err := parseRecord(record)
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(cost.key(password, salt), key) == 1
	return right, cost != c, nil
}

// parseRecord reads what record wrote, and nothing else.
func parseRecord(record string) (c Argon2id, salt, key []byte, err error) {
	bad := fault.New(fault.Internal, "access.bad_record", nil)
	parts := strings.Split(record, "$")
	if len(parts) != 6 {
		return c, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, bad
	}
	salt, err1 := b64.DecodeString(parts[4])
	key, err2 := b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) != saltSize || len(key) != keySize || c.record(salt, key) != record ||
		c.Memory < 8*uint32(c.Threads) || c.Memory > maxMemory || c.Passes < 1 || c.Passes > maxPasses || c.Threads < 1 || c.Threads > maxThreads {
		return c, nil, nil, bad
	}
	return c, salt, key, nil
}
