// Package strictjson reads the JSON documents that people and programs hand in.
//
// It refuses what encoding/json takes in silence: unknown names, a name that
// stands twice, other spellings of a name, and text behind the document. What
// is wrong is a fault that names the field or the byte. A value never stands in
// it, and of an unknown name only what looks like one: a number that was put in
// its place is not repeated.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"bujiao/internal/fault"
)

// Decode reads one JSON document into a value.
func Decode(data []byte, into any) error {
	if err := CheckNames(data); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			return fault.New(fault.Invalid, "strictjson.trailing", fault.Args{"byte": strconv.FormatInt(dec.InputOffset(), 10)})
		}
		return nil
	}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	at := strconv.FormatInt(dec.InputOffset(), 10)
	switch {
	case errors.As(err, &syntax):
		return fault.Wrap(fault.Invalid, "strictjson.syntax", fault.Args{"byte": strconv.FormatInt(syntax.Offset, 10)}, err)
	case errors.As(err, &kind):
		return fault.Wrap(fault.Invalid, "strictjson.type", fault.Args{"field": kind.Field, "byte": strconv.FormatInt(kind.Offset, 10)}, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(fault.Invalid, "strictjson.syntax", fault.Args{"byte": strconv.Itoa(len(data))}, err)
	}
	if name, ok := unknownField(err); ok {
		return fault.Wrap(fault.Invalid, "strictjson.unknown", fault.Args{"field": Shown(name), "byte": at}, err)
	}
	if list := Places(data, into); len(list) > 0 {
		return list[0].Err
	}
	return refused(err, "")
}

// unknownField takes the name out of the decoder's message, the only place
// that has it.
func unknownField(err error) (string, bool) {
	const prefix = "json: unknown field "
	s := err.Error()
	if len(s) < len(prefix) || s[:len(prefix)] != prefix {
		return "", false
	}
	name, uerr := strconv.Unquote(s[len(prefix):])
	return name, uerr == nil
}

// reasonOf is the innermost message.
func reasonOf(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}

// longest is the length of the longest name that is repeated in a message.
const longest = 24

// Shown is a name as a message may repeat it: cut short, and without digits
// beyond the few that names have.
func Shown(name string) string {
	digits := 0
	for i, r := range name {
		if r >= '0' && r <= '9' {
			digits++
		}
		if digits > 2 || i >= longest {
			return strings.TrimRight(name[:i], "0123456789") + "..."
		}
	}
	return name
}
