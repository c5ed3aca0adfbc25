package inquiry

import (
	"encoding/json"

	"bujiao/internal/assess"
	"bujiao/internal/receipt"
	"bujiao/internal/record"
)

// answerProblems compares an answer with the receipt inside it: somebody may
// leave the receipt alone and change the figures beside it. Pointers run into
// the answer. A document that is a receipt itself has no answer beside it. The
// name of a person stands in the receipt as a keyed hash; hash, which only the
// holder of the key has, compares it. Nil leaves the name unchecked.
func answerProblems(data []byte, hash func(name string) string) ([]receipt.Problem, error) {
	var doc map[string]json.RawMessage
	whole := json.Unmarshal(data, &doc) == nil
	if !whole || doc["receipt"] == nil || doc["signature"] != nil {
		return nil, nil
	}
	var sealed struct {
		Body struct {
			Kind   string                     `json:"kind"`
			Grid   string                     `json:"grid_digest"`
			Result map[string]json.RawMessage `json:"result"`
		} `json:"body"`
	}
	whole = json.Unmarshal(doc["receipt"], &sealed) == nil
	if !whole || sealed.Body.Result == nil {
		return nil, nil // a redacted or foreign body has no result to compare with
	}
	delete(doc, "receipt")
	var out []receipt.Problem
	if sealed.Body.Kind == "history" {
		if !sameGrid(doc["grid"], sealed.Body.Grid) {
			out = append(out, receipt.Problem{Pointer: "/grid", What: receipt.ChangedValue})
		}
		if hash != nil && !sameName(doc["person"], sealed.Body.Result["person"], hash) {
			out = append(out, receipt.Problem{Pointer: "/person", What: receipt.ChangedValue})
		}
		for _, name := range []string{"grid", "person"} { // the receipt has the grid's digest and the name's hash
			delete(doc, name)
			delete(sealed.Body.Result, name)
		}
	}
	shown, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	result, err := json.Marshal(sealed.Body.Result)
	if err != nil {
		return nil, err
	}
	diffs, err := receipt.Diff(result, shown)
	if err != nil {
		return nil, err
	}
	for _, d := range diffs {
		what := receipt.ChangedValue
		switch {
		case d.Recorded == nil:
			what = receipt.AddedValue
		case d.Computed == nil:
			what = receipt.RemovedValue
		}
		out = append(out, receipt.Problem{Pointer: d.Path, What: what})
	}
	return out, nil
}

func sameName(shown, sealed json.RawMessage, hash func(string) string) bool {
	var name, want string
	return json.Unmarshal(shown, &name) == nil && json.Unmarshal(sealed, &want) == nil && (name == want || hash(name) == want) // an id hides nobody
}

func sameGrid(shown json.RawMessage, digest string) bool {
	var cells []record.Cell
	if json.Unmarshal(shown, &cells) != nil {
		return false
	}
	got, err := assess.GridDigest(cells)
	return err == nil && got == digest
}
