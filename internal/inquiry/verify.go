package inquiry

import (
	"bytes"
	"encoding/json"
	"errors"

	"bujiao/internal/assess"
	"bujiao/internal/lang"
	"bujiao/internal/receipt"
)

// Verify checks a receipt, or the one inside an answer, against known keys and
// computes it again. With the signer whose key made it, the name beside it is
// checked too; without, that name is left unchecked.
func Verify(data []byte, ring receipt.Keyring, own *Signer) (receipt.Report, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // some editors add one
	r, err := ReadReceipt(data)
	if err != nil {
		return receipt.Report{}, err
	}
	report := receipt.Verify(r, ring, replay)
	var hash func(string) string
	if own != nil && receipt.KeyID(own.Public()) == report.KeyID {
		hash = own.Hide
	}
	beside, err := answerProblems(data, hash)
	if err != nil {
		return receipt.Report{}, err
	}
	if len(beside) > 0 {
		report.Intact, report.Problems = false, append(report.Problems, beside...)
	}
	return report, nil
}

// ReadReceipt reads a receipt, or the one inside an answer or a paper.
func ReadReceipt(data []byte) (receipt.Receipt, error) {
	return receipt.Parse(receiptIn(bytes.TrimPrefix(data, []byte("\ufeff"))))
}

// replay computes a body again by the kernel.
func replay(body json.RawMessage) (recorded, computed json.RawMessage, err error) {
	recorded, computed, err = assess.Replay(body, lang.Text)
	if errors.Is(err, assess.ErrEngine) {
		return nil, nil, receipt.ErrEngineUnknown
	}
	return recorded, computed, err
}

// receiptIn returns the receipt inside a document that has one at its top, else
// the document itself, so that errors point into what was given.
func receiptIn(data []byte) []byte {
	var doc map[string]json.RawMessage
	if json.Unmarshal(data, &doc) != nil {
		return data
	}
	if inner := doc["receipt"]; len(inner) > 0 && doc["signature"] == nil {
		return inner
	}
	return data
}
