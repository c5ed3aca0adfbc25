package paper

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/law"
	"bujiao/internal/money"
)

// maxRows bounds a table, so that one paper is never more than a print run.
const maxRows = 20_000

// Read checks data against the fields of a wording and returns it by field;
// what is null or empty is left out. A field that is missing, not asked for or
// of another type is a fault that names it, never its value.
func Read(t *law.Template, data any) (map[string]json.RawMessage, error) {
	text, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("data of %s: %w", t.Name, err)
	}
	return readObject(t.Fields, text, "")
}

func readObject(fields []law.TemplateField, text json.RawMessage, at string) (map[string]json.RawMessage, error) {
	var in map[string]json.RawMessage
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, badField(at, err)
	}
	out := map[string]json.RawMessage{}
	for name := range in {
		if !slices.ContainsFunc(fields, func(f law.TemplateField) bool { return f.Name == name }) {
			return nil, fault.New(fault.Invalid, "paper.unknown_field", fault.Args{"field": at + clip(name)})
		}
	}
	for _, f := range fields {
		v := in[f.Name]
		if empty(v) {
			if !f.Optional {
				return nil, fault.New(fault.Invalid, "paper.field_missing", fault.Args{"field": at + f.Name})
			}
			continue
		}
		kept, err := readField(f, v, at+f.Name)
		if err != nil {
			return nil, err
		}
		out[f.Name] = kept
	}
	return out, nil
}

// clip keeps a name that is not ours short and plain.
func clip(name string) string {
	for i, c := range name {
		if i >= 30 || (c != '_' && (c < 'a' || c > 'z')) {
			return name[:i] + "?"
		}
	}
	return name
}

func empty(v json.RawMessage) bool {
	return len(v) == 0 || slices.Contains([]string{"null", `""`, "[]"}, string(v))
}

func badField(at string, cause error) error {
	return fault.Wrap(fault.Invalid, "paper.bad_field", fault.Args{"field": at}, cause)
}

// readField checks one value; rows are read one by one.
func readField(f law.TemplateField, v json.RawMessage, at string) (json.RawMessage, error) {
	var err error
	switch f.Type {
	case law.FieldFen:
		var f money.Fen
		if err = json.Unmarshal(v, &f); err == nil {
			return json.Marshal(f) // as text: no reader may round it
		}
	case law.FieldDay:
		err = json.Unmarshal(v, new(calendar.Date))
	case law.FieldMonth:
		err = json.Unmarshal(v, new(calendar.Month))
	case law.FieldCount:
		err = json.Unmarshal(v, new(int64))
	case law.FieldList:
		err = json.Unmarshal(v, new([]string))
	case law.FieldRows:
		return readRows(f, v, at)
	default:
		err = json.Unmarshal(v, new(string))
	}
	if err != nil {
		return nil, badField(at, err)
	}
	var out bytes.Buffer
	if err := json.Compact(&out, v); err != nil {
		return nil, badField(at, err)
	}
	return out.Bytes(), nil
}

func readRows(f law.TemplateField, v json.RawMessage, at string) (json.RawMessage, error) {
	var rows []json.RawMessage
	if err := json.Unmarshal(v, &rows); err != nil {
		return nil, badField(at, err)
	}
	if len(rows) > maxRows {
		return nil, fault.New(fault.Invalid, "paper.too_long", fault.Args{"field": at, "max": strconv.Itoa(maxRows)})
	}
	out := make([]map[string]json.RawMessage, len(rows))
	for i, r := range rows {
		var err error
		if out[i], err = readObject(f.Columns, r, at+"["+strconv.Itoa(i)+"]."); err != nil {
			return nil, err
		}
	}
	return json.Marshal(out)
}

// personal lists the JSON Pointers of personal values, below a prefix.
func personal(fields []law.TemplateField, data map[string]json.RawMessage, prefix string) []string {
	var out []string
	for _, f := range fields {
		v, ok := data[f.Name]
		switch {
		case !ok:
		case f.Type.Personal():
			out = append(out, prefix+"/"+f.Name)
		case f.Type == law.FieldRows:
			for i, r := range rowsOf(v) {
				out = append(out, personal(f.Columns, r, prefix+"/"+f.Name+"/"+strconv.Itoa(i))...)
			}
		}
	}
	return out
}

// rowsOf reads rows that were checked when the paper was issued.
func rowsOf(v json.RawMessage) []map[string]json.RawMessage {
	var out []map[string]json.RawMessage
	if json.Unmarshal(v, &out) != nil {
		return nil
	}
	return out
}
