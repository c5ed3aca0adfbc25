package calendar

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// MarshalJSON writes "YYYY-MM-DD", or null for no date.
func (d Date) MarshalJSON() ([]byte, error) { return quote(d.String()), nil }

// UnmarshalJSON reads "YYYY-MM-DD", "" or null.
func (d *Date) UnmarshalJSON(b []byte) error {
	s, none, err := unquote(b)
	if err != nil || none {
		*d = 0
		return err
	}
	*d, err = ParseDate(s)
	return err
}

// UnmarshalYAML reads the scalar as it is written.
func (d *Date) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParseDate(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %q is %w", n.Line, n.Value, err)
	}
	*d = v
	return nil
}

// MarshalJSON writes "YYYY-MM", or null for no month.
func (m Month) MarshalJSON() ([]byte, error) { return quote(m.String()), nil }

// UnmarshalJSON reads "YYYY-MM", "" or null.
func (m *Month) UnmarshalJSON(b []byte) error {
	s, none, err := unquote(b)
	if err != nil || none {
		*m = 0
		return err
	}
	*m, err = ParseMonth(s)
	return err
}

// UnmarshalYAML reads the scalar as it is written.
func (m *Month) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParseMonth(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %q is %w", n.Line, n.Value, err)
	}
	*m = v
	return nil
}

func quote(s string) []byte {
	if s == "" {
		return []byte("null")
	}
	return []byte(`"` + s + `"`)
}

func unquote(b []byte) (s string, none bool, err error) {
	t := string(b)
	if t == "null" || t == `""` {
		return "", true, nil
	}
	if len(t) < 2 || t[0] != '"' || t[len(t)-1] != '"' {
		return "", false, fmt.Errorf("a date or month must be a string")
	}
	return t[1 : len(t)-1], false, nil
}
