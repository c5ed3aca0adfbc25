package assess

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"bujiao/internal/fault"
	"bujiao/internal/lang"
	"bujiao/internal/record"
)

// request is a good request as a tree, to be spoilt in one place. The wage and
// the person are what no message may repeat.
const (
	secretWage  = "31415.92"
	secretName  = "Zhang Sanfeng"
	goodRequest = `{"as_of": "2023-06-15", "area": "110000", "payer": "employee",
		"person": {"birth": "1985-05-20", "sex": "M"},
		"employer": {"injury_class": 1},
		"gaps": [
			{"schemes": ["pension", "medical"], "from": "2022-02", "to": "2022-05", "wage": "31415.92", "cause": "not_declared"},
			{"schemes": ["pension"], "from": "2022-08", "to": "2022-09", "wage": [{"from": "2022-08", "to": "2022-08", "wage": "31415.92"}, {"from": "2022-09", "to": "2022-09", "wage": "31415.92"}], "cause": "not_declared"}],
		"history": [{"record": "paid", "person": "Zhang Sanfeng", "area": "110000", "payer": "employee", "scheme": "pension", "from": "2022-06", "to": "2022-07", "base": "31415.92", "paid_on": "2022-08-10"}]}`
	goodHistory = `{"person": "Zhang Sanfeng", "as_of": "2023-06-15",
		"rows": [{"record": "employment", "person": "Zhang Sanfeng", "area": "110000", "payer": "employee", "scheme": "pension", "from": "2022-06", "to": "2022-07", "wage": "31415.92"}]}`
)

// spoil sets a place of a document; nil takes it out.
func spoil(t *testing.T, doc, pointer string, value any) []byte {
	t.Helper()
	root := tree(t, []byte(doc))
	cut := strings.LastIndexByte(pointer, '/')
	parent, ok := at(root, pointer[:cut])
	if !ok {
		t.Fatalf("no place %s", pointer)
	}
	key := pointer[cut+1:]
	switch x := parent.(type) {
	case map[string]any:
		if x[key] = value; value == nil {
			delete(x, key)
		}
	case []any:
		x[int(key[0]-'0')] = value
	}
	out, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func run(doc []byte, isHistory bool) error {
	if isHistory {
		var q HistoryRequest
		if err := strict(doc, &q); err != nil {
			return err
		}
		_, err := NewHistory(NewLaws(library.Book), q, lang.Text)
		return err
	}
	var q QuoteRequest
	if err := strict(doc, &q); err != nil {
		return err
	}
	_, err := NewQuote(NewLaws(library.Book), q, lang.Text)
	return err
}

func TestRequestErrorsNameTheField(t *testing.T) {
	type list = []any
	many := func(n int, x any) list {
		var out list
		for range n {
			out = append(out, x)
		}
		return out
	}
	long := func(n int) list {
		var out list
		for range n {
			out = append(out, map[string]any{"record": "paid", "area": "110000", "payer": "employee", "from": "1990-01", "to": "2089-12"})
		}
		return out
	}
	for _, tt := range []struct {
		name, pointer string
		value         any
		key, field    string
		history       bool
	}{
		{name: "no day", pointer: "/as_of", key: "assess.field_missing", field: "as_of"},
		{name: "no area", pointer: "/area", key: "assess.field_missing", field: "area"},
		{name: "no payer", pointer: "/payer", key: "assess.field_missing", field: "payer"},
		{name: "no gaps", pointer: "/gaps", key: "assess.field_missing", field: "gaps"},
		{name: "an empty list of gaps", pointer: "/gaps", value: list{}, key: "assess.field_missing", field: "gaps"},
		{name: "no schemes", pointer: "/gaps/1/schemes", key: "assess.field_missing", field: "gaps[1].schemes"},
		{name: "no first month", pointer: "/gaps/1/from", key: "assess.field_missing", field: "gaps[1].from"},
		{name: "no last month", pointer: "/gaps/0/to", key: "assess.field_missing", field: "gaps[0].to"},
		{name: "no cause", pointer: "/gaps/0/cause", key: "assess.field_missing", field: "gaps[0].cause"},
		{name: "an end before the start", pointer: "/gaps/1/to", value: "2022-07", key: "assess.span", field: "gaps[1].to"},
		{name: "a month to come", pointer: "/gaps/1/to", value: "2023-07", key: "assess.future", field: "gaps[1].to"},
		{name: "a scheme of residents", pointer: "/gaps/0/schemes", value: list{"resident_medical"}, key: "assess.scheme_of_payer", field: "gaps[0].schemes"},
		{name: "a resident in a scheme of employees", pointer: "/payer", value: "resident", key: "assess.scheme_of_payer", field: "gaps[0].schemes"},
		{name: "a scheme without a name", pointer: "/gaps/0/schemes", value: list{""}, key: "assess.scheme_of_payer", field: "gaps[0].schemes"},
		{name: "the same scheme twice", pointer: "/gaps/0/schemes", value: list{"pension", "pension"}, key: "assess.overlap", field: "gaps[0]"},
		{name: "two gaps that share a month", pointer: "/gaps/1/from", value: "2022-05", key: "assess.overlap", field: "gaps[1]"},
		{name: "more months than a life", pointer: "/gaps/0", value: map[string]any{"schemes": list{"pension", "unemployment", "medical", "injury", "maternity", "large_medical"}, "from": "1900-01", "to": "2022-05", "cause": "policy"}, key: "assess.too_long"},
		{name: "a negative wage", pointer: "/gaps/0/wage", value: "-" + secretWage, key: "assess.negative", field: "gaps[0].wage"},
		{name: "a wage of months in the wrong order", pointer: "/gaps/1/wage/0/to", value: "2022-07", key: "assess.span", field: "gaps[1].wage"},
		{name: "two wages in one month", pointer: "/gaps/1/wage/1/from", value: "2022-08", key: "assess.wage_overlap", field: "gaps[1].wage"},
		{name: "two wages in one month, open", pointer: "/gaps/1/wage/0/to", key: "assess.wage_overlap", field: "gaps[1].wage"},
		{name: "a day before there was any law", pointer: "/as_of", value: "1949-12-31", key: "assess.day_range", field: "as_of"},
		{name: "a day past the calendar", pointer: "/as_of", value: "2101-01-01", key: "assess.day_range", field: "as_of"},
		{name: "knowledge of the far future", pointer: "/known_at", value: "2199-12-31", key: "assess.day_range", field: "known_at"},
		{name: "a deadline of the far future", pointer: "/deadline", value: "2199-12-31", key: "assess.day_range", field: "deadline"},
		{name: "a history as of the far future", pointer: "/as_of", value: "2199-12-31", key: "assess.day_range", field: "as_of", history: true},
		{name: "born after the day", pointer: "/person/birth", value: "2023-06-16", key: "assess.birth_after", field: "person.birth"},
		{name: "a class of injury there is not", pointer: "/employer/injury_class", value: 9, key: "assess.injury_class", field: "employer.injury_class"},
		{name: "a negative class of injury", pointer: "/employer/injury_class", value: -1, key: "assess.injury_class", field: "employer.injury_class"},
		{name: "a negative rate of injury", pointer: "/employer/injury_rate", value: "-0.002", key: "assess.injury_rate", field: "employer.injury_rate"},
		{name: "a rate of injury without its per cent sign", pointer: "/employer/injury_rate", value: "0.2", key: "assess.injury_rate", field: "employer.injury_rate"},
		{name: "a category there is not", pointer: "/person/category", value: secretName, key: "assess.category", field: "person.category"},
		{name: "a kind of registration there is not", pointer: "/person/hukou_kind", value: secretName, key: "assess.hukou_kind", field: "person.hukou_kind"},
		{name: "a registration that is no area code", pointer: "/person/hukou_area", value: secretName, key: "assess.area_code", field: "person.hukou_area"},
		{name: "an area code of five digits", pointer: "/person/hukou_area", value: "11010", key: "assess.area_code", field: "person.hukou_area"},
		{name: "a pause that ends before it starts", pointer: "/pauses", value: list{map[string]any{"from": "2022-05-02", "to": "2022-05-01"}}, key: "assess.span", field: "pauses[0]"},
		{name: "a pause without a start", pointer: "/pauses", value: list{map[string]any{"to": "2022-05-01"}}, key: "assess.span", field: "pauses[0]"},
		{name: "more populations than anybody has", pointer: "/person/populations", value: many(21, secretName), key: "assess.too_many", field: "person.populations"},
		{name: "more pauses than anybody has", pointer: "/pauses", value: many(101, map[string]any{"from": "2022-05-01", "to": "2022-05-02"}), key: "assess.too_many", field: "pauses"},
		{name: "an area without a pack", pointer: "/area", value: "990000", key: "law.unknown_area"},

		{name: "a row without a kind", pointer: "/history/0/record", key: "assess.record", field: "history[0].record"},
		{name: "a row of a kind there is not", pointer: "/history/0/record", value: secretName, key: "assess.record", field: "history[0].record"},
		{name: "a row without an area", pointer: "/history/0/area", key: "assess.field_missing", field: "history[0].area"},
		{name: "a row of an area that is no code", pointer: "/history/0/area", value: secretName, key: "assess.area_code", field: "history[0].area"},
		{name: "a row of too many populations", pointer: "/history/0/population", value: strings.Repeat("x|", 20), key: "assess.too_many", field: "history[0].population"},
		{name: "a row without a payer", pointer: "/history/0/payer", key: "assess.field_missing", field: "history[0].payer"},
		{name: "a row without a start", pointer: "/history/0/from", key: "assess.field_missing", field: "history[0].from"},
		{name: "a row without an end", pointer: "/history/0/to", key: "assess.field_missing", field: "history[0].to"},
		{name: "a row that ends before it starts", pointer: "/history/0/to", value: "2022-05", key: "assess.span", field: "history[0].to"},
		{name: "a negative payment", pointer: "/history/0/employer_paid", value: "-" + secretWage, key: "assess.negative", field: "history[0].employer_paid"},
		{name: "a negative base", pointer: "/history/0/base", value: "-" + secretWage, key: "assess.negative", field: "history[0].base"},
		{name: "a row with a class there is not", pointer: "/history/0/injury_class", value: 12, key: "assess.injury_class", field: "history[0].injury_class"},
		{name: "a row with a rate above all", pointer: "/history/0/injury_rate", value: "0.11", key: "assess.injury_rate", field: "history[0].injury_rate"},
		{name: "a history longer than a life", pointer: "/history", value: long(40), key: "assess.too_long", field: "history"},
		{name: "a row of an area without a pack", pointer: "/history/0/area", value: "990000", key: "law.unknown_area"},

		{name: "a history without a day", pointer: "/as_of", key: "assess.field_missing", history: true},
		{name: "a history without rows", pointer: "/rows", key: "assess.field_missing", history: true},
		{name: "a wrong row of a history", pointer: "/rows/0/to", value: "2022-05", key: "assess.span", field: "rows[0].to", history: true},
		{name: "a negative wage of a history", pointer: "/rows/0/wage", value: "-" + secretWage, key: "assess.negative", field: "rows[0].wage", history: true},
		{name: "too many rows", pointer: "/rows", value: long(40), key: "assess.too_long", field: "rows", history: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := goodRequest
			if tt.history {
				doc = goodHistory
			}
			err := run(spoil(t, doc, tt.pointer, tt.value), tt.history)
			var f *fault.Error
			if !errors.As(err, &f) {
				t.Fatalf("got %v, want the fault %s", err, tt.key)
			}
			if f.Kind != fault.Invalid || f.Key != tt.key || (tt.field != "" && f.Args["field"] != tt.field) {
				t.Errorf("got %v, want %s of %q", f, tt.key, tt.field)
			}
			for _, language := range []string{"zh", "en"} {
				text := lang.Text(language, f.Key, f.Args)
				if text == "" || text == f.Key || strings.ContainsAny(text, "{}") {
					t.Errorf("%s: no sentence: %q", language, text)
				}
				for _, secret := range []string{secretWage, secretName} {
					if strings.Contains(text, secret) || strings.Contains(f.Error(), secret) {
						t.Errorf("%s: the message repeats a value: %q", language, text)
					}
				}
			}
		})
	}
	for name, err := range map[string]error{"the good request": run([]byte(goodRequest), false), "the good history": run([]byte(goodHistory), true)} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What the types refuse is refused before the kernel sees it, and not repeated.
func TestValuesOfTheWrongFormAreNotRepeated(t *testing.T) {
	for pointer, value := range map[string]any{
		"/as_of": "SECRET 2023-06-15", "/known_at": "2023-02-30", "/payer": "SECRET", "/person/sex": "SECRET", "/person/birth": "SECRET",
		"/gaps/0/cause": "SECRET", "/gaps/0/schemes": []any{"SECRET"}, "/gaps/0/from": "SECRET", "/gaps/0/wage": "SECRET",
		"/gaps/1/wage/0/wage": "SECRET", "/gaps/1/wage/0/from": "SECRET", "/employer/unit_type": "SECRET", "/employer/injury_rate": "SECRET",
		"/history/0/base": "SECRET", "/history/0/scheme": "SECRET", "/history/0/paid_on": "SECRET", "/history/0/cause": "SECRET",
	} {
		err := run(spoil(t, goodRequest, pointer, value), false)
		if err == nil {
			t.Errorf("%s may be %v", pointer, value)
			continue
		}
		var f *fault.Error
		if errors.As(err, &f) || strings.Contains(err.Error(), "SECRET") || strings.Contains(err.Error(), "02-30") {
			t.Errorf("%s: %v", pointer, err)
		}
	}
}

func TestKindsAreAll(t *testing.T) {
	if len(record.Kinds) != 4 {
		t.Errorf("%v: the message of assess.record names four", record.Kinds)
	}
}
