package money

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// MarshalJSON writes yuan as a decimal string with two places.
func (f Fen) MarshalJSON() ([]byte, error) {
	b := append(make([]byte, 0, 16), '"')
	return append(f.Append(b), '"'), nil
}

// UnmarshalJSON reads a decimal string, or a plain JSON number as it is
// written; the text never passes through a float.
func (f *Fen) UnmarshalJSON(b []byte) error {
	v, err := ParseFen(string(bytes.Trim(b, `"`)))
	if err != nil {
		return err
	}
	*f = v
	return nil
}

// UnmarshalYAML reads the scalar as it is written.
func (f *Fen) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParseFen(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*f = v
	return nil
}

// MarshalJSON writes the fraction as a decimal string.
func (r Rate) MarshalJSON() ([]byte, error) { return []byte(`"` + r.String() + `"`), nil }

// UnmarshalJSON reads a decimal string or a plain JSON number as written.
func (r *Rate) UnmarshalJSON(b []byte) error {
	v, err := ParseRate(string(bytes.Trim(b, `"`)))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// UnmarshalYAML reads a fraction as it is written.
func (r *Rate) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParseRate(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*r = v
	return nil
}

// Percent is a Rate that packs write as a percentage, as notices print it
// (employer_pct: 9.8). In JSON it is a fraction like any other rate ("0.098").
type Percent Rate

// Rate returns the fraction.
func (p Percent) Rate() Rate { return Rate(p) }

// MarshalJSON writes the fraction.
func (p Percent) MarshalJSON() ([]byte, error) { return Rate(p).MarshalJSON() }

// UnmarshalJSON reads the fraction.
func (p *Percent) UnmarshalJSON(b []byte) error { return (*Rate)(p).UnmarshalJSON(b) }

// UnmarshalYAML reads a percentage as it is written.
func (p *Percent) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParsePercent(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*p = Percent(v)
	return nil
}
