package receipt

// Problem names one thing of a receipt that is not as it was sealed.
type Problem struct {
	Pointer string `json:"pointer"`      // into the receipt
	What    What   `json:"what"`         // what is wrong there
	Of      string `json:"of,omitempty"` // of a hash or leaf salt: the pointer of its value
}

// What says what a problem is about.
type What string

// The problems.
const (
	ChangedValue     What = "value"     // the value in the body is another one
	AddedValue       What = "added"     // the body has a value that was not sealed
	RemovedValue     What = "removed"   // a sealed value is gone from the body
	ChangedHash      What = "hash"      // the body is right, the hash is not
	ChangedRoot      What = "root"      // the signature fits the content, the root does not
	ChangedSignature What = "signature" // the content fits the root, the signature does not
	ChangedKey       What = "key"       // content and signature fit each other under another key
	ChangedSalt      What = "salt"
	WrongVersion     What = "version"
	WrongAlgorithm   What = "algorithm"
)

// Replay says how computing the result again compares with the receipt.
type Replay string

// The outcomes of a replay.
const (
	ReplaySame    Replay = "same"
	ReplayDiffers Replay = "differs"
	EngineUnknown Replay = "engine_unknown" // sealed by an engine that is not at hand
	ReplayHidden  Replay = "redacted"       // values are missing, so nothing can be computed
	ReplayFailed  Replay = "failed"         // the engine refused the body
	ReplayNone    Replay = "none"           // no replay was asked for
)

// Report is the answer of Verify.
type Report struct {
	Intact   bool         `json:"intact"`
	Signer   string       `json:"signer"`           // "known" or "unknown"
	KeyID    string       `json:"key_id,omitempty"` // of the key in the receipt
	Replay   Replay       `json:"replay"`
	Differs  []Difference `json:"differs,omitempty"`
	Problems []Problem    `json:"problems,omitempty"`

	ReplayErr error `json:"-"` // why the replay failed
}

// Holds reports whether the receipt is what was sealed and nothing speaks
// against its result. Who signed it is for the reader to judge.
func (r Report) Holds() bool {
	return r.Intact && r.Replay != ReplayDiffers && r.Replay != ReplayFailed
}
