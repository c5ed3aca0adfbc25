package strictjson

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"bujiao/internal/calendar"
	"bujiao/internal/fault"
	"bujiao/internal/money"
)

// Place is a member of a document whose value cannot be used.
type Place struct {
	Path string // such as gaps[0].from; empty: the document itself
	Err  *fault.Error
}

// maxPlaces bounds what is listed of one document.
const maxPlaces = 50

// Places finds the members whose values the types of a value refuse: a day
// that does not exist, an amount that is none. The decoder stops at the first of
// them and does not say where it stands.
func Places(data []byte, into any) []Place {
	var s search
	if !json.Valid(data) {
		return nil // the decoder says where it breaks
	}
	s.look(reflect.TypeOf(into), data, "")
	return s.found
}

type search struct{ found []Place }

var (
	readsJSON = reflect.TypeFor[json.Unmarshaler]()
	readsText = reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()
)

// look takes a value apart as its type says, and reads what cannot be taken
// apart. A value whose type reads it itself is blamed only if none of its parts is.
func (s *search) look(t reflect.Type, raw json.RawMessage, path string) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || len(s.found) == maxPlaces {
		return
	}
	for t.Kind() == reflect.Pointer {
		if string(raw) == "null" {
			return
		}
		t = t.Elem()
	}
	before := len(s.found)
	apart := s.parts(t, raw, path)
	self := reflect.PointerTo(t).Implements(readsJSON) || reflect.PointerTo(t).Implements(readsText)
	if len(s.found) > before || apart && !self {
		return
	}
	if err := json.Unmarshal(raw, reflect.New(t).Interface()); err != nil {
		s.found = append(s.found, Place{path, refused(err, path)})
	}
}

// parts looks at the members or elements of a value and reports whether it has any.
func (s *search) parts(t reflect.Type, raw json.RawMessage, path string) bool {
	switch {
	case raw[0] == '[' && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array):
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return false
		}
		for i, x := range list {
			s.look(t.Elem(), x, path+"["+strconv.Itoa(i)+"]")
		}
		return true
	case raw[0] == '{' && (t.Kind() == reflect.Map || t.Kind() == reflect.Struct):
		var members map[string]json.RawMessage
		if json.Unmarshal(raw, &members) != nil {
			return false
		}
		names := make([]string, 0, len(members))
		for name := range members {
			names = append(names, name)
		}
		slices.SortFunc(names, cmp.Compare[string])
		for _, name := range names {
			if of, ok := memberType(t, name); ok {
				s.look(of, members[name], strings.TrimPrefix(path+"."+Shown(name), "."))
			}
		}
		return true
	}
	return false
}

// memberType is the type of a member of a map or struct, by its name in JSON.
func memberType(t reflect.Type, name string) (reflect.Type, bool) {
	if t.Kind() == reflect.Map {
		return t.Elem(), true
	}
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && tag == name {
			return f.Type, true
		}
	}
	return nil, false
}

// refused is the fault of a member.
func refused(err error, path string) *fault.Error {
	args := fault.Args{"field": path}
	switch {
	case errors.Is(err, calendar.ErrRange):
		args["min"], args["max"] = strconv.Itoa(calendar.MinYear), strconv.Itoa(calendar.MaxYear)
		return fault.Wrap(fault.Invalid, "strictjson.range", args, err)
	case errors.Is(err, calendar.ErrMonth):
		return fault.Wrap(fault.Invalid, "strictjson.month", args, err)
	case errors.Is(err, calendar.ErrDate):
		return fault.Wrap(fault.Invalid, "strictjson.date", args, err)
	case errors.Is(err, money.ErrAmount), errors.Is(err, money.ErrOverflow):
		return fault.Wrap(fault.Invalid, "strictjson.amount", args, err)
	case errors.Is(err, money.ErrRate):
		return fault.Wrap(fault.Invalid, "strictjson.rate", args, err)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fault.Wrap(fault.Invalid, "strictjson.kind", args, err)
	}
	// a type of ours refused the value; its message names the kind of mistake
	// and never repeats the value
	args["what"] = reasonOf(err)
	return fault.Wrap(fault.Invalid, "strictjson.value", args, err)
}
