package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compile reads the schema of a name as any validator would.
func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	data, err := schemaOf(name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:test:"+name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:test:" + name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

func validate(t *testing.T, name, document string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatalf("no JSON: %v in %q", err, document)
	}
	return compile(t, name).Validate(doc)
}

func TestAnswersFitTheirSchemas(t *testing.T) {
	tests := []struct{ schema, line string }{
		{"due", "due --area 110000 --month 2026-08 --wage 10000 --injury-class 1"},
		{"due", "due --area 110000 --month 2009-05 --wage 3000"},
		{"due", "due --area 310000 --month 2020-03 --wage 9000"},
		{"due", "due --area 330100 --month 2026-08 --payer flexible"},
		{"due", "due --area 370200 --payer resident --year 2026 --group 大学生"},
		{"due", "due --area 370200 --payer resident --year 2035 --grade 500"},
		{"latefee", "latefee --from 2015-01-01 --to 2020-06-23 --principal 1000"},
		{"latefee", "latefee --area 110000 --month 2024-05 --paid 2024-10-10 --principal 100"},
		{"latefee", "latefee --area 110000 --month 2023-12 --paid 2024-10-10 --principal 100"},
		{"latefee", "latefee --area 110000 --month 2023-12 --paid 2024-10-10 --principal 100 --payer flexible --deadline 2024-01-01"},
		{"estimate", "estimate --last-month-paid 0.05 --declared 1"},
		{"estimate", "estimate --last-month-paid 1"},
		{"retire", "retire --born 1967-05 --sex M --months 150"},
		{"retire", "retire --born 1975-03 --sex F --category worker"},
		{"wait", "wait --area 370200 --missed 2025,2026 --enrolled 2026-10-15 --central yes --group 大学生"},
		{"wait", "wait --area 110000 --missed 2025,2026 --enrolled 2026-10-15"},
		{"term", "term --from 2026-02-10 --working-days 5"},
		{"term", "term --from 2026-12-20 --calendar-days 30"},
		{"id", "id check 11010519491231002x 110105194912310021 91110000600037341L 1"},
		{"key", "key new"},
		{"lint", "pack lint"},
		{"pack-test", "pack test 110000"},
		{"pack", "pack show 110000 --on 2026-08-01"},
		{"version", "version"},
		{"error", "due --area 1 --month 2026-08 --wage 1"},
		{"error", "due --nope"},
	}
	env := machine(t)
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			code, stdout, stderr := run(t, env, append(strings.Fields(tt.line), "-o", "json")...)
			if tt.schema == "error" {
				stdout = stderr
			}
			if stdout == "" {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			if err := validate(t, tt.schema, stdout); err != nil {
				t.Errorf("%v\n%s", err, stdout)
			}
		})
	}
}

const quoteDocument = `{
  "as_of": "2026-11-22", "area": "110000", "payer": "employee",
  "person": {"birth": "1990-05-01", "sex": "F", "category": "cadre"},
  "gaps": [
    {"schemes": ["pension", "medical"], "from": "2023-10", "to": "2024-02", "wage": [{"from": "2023-10", "to": "2023-12", "wage": "9000.00"}, {"from": "2024-01", "to": "2024-02", "wage": "9500.00"}], "cause": "not_declared"},
    {"schemes": ["injury"], "from": "2010-01", "to": "2010-01", "wage": "3000.00", "cause": "never_registered"}
  ],
  "history": [{"record": "employment", "person": "p", "area": "110000", "payer": "employee", "from": "2023-01", "to": "2024-06", "wage": "9000.00"}]
}`

const historyTable = `record,person,area,payer,scheme,from,to,wage,base,employer_paid,person_paid,paid_on
employment,p1,110000,employee,,2025-01,2025-06,9000,,,,
declared,p1,110000,employee,pension,2025-01,2025-03,,9000,,,
paid,p1,110000,employee,pension,2025-01,2025-02,,9000,1440,720,2025-02-10
employment,p2,310000,employee,,2025-13,2025-06,9000,,,,
paid,p3,370200,flexible,pension,2024-01,2024-01,,5000,0,1000,2024-01-20
`

func TestLongAnswersFitTheirSchemas(t *testing.T) {
	dir := t.TempDir()
	quote, history := filepath.Join(dir, "request.json"), filepath.Join(dir, "history.csv")
	for name, data := range map[string]string{quote: quoteDocument, history: historyTable} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := validate(t, "quote-request", quoteDocument); err != nil {
		t.Error(err)
	}
	for name, line := range map[string][]string{
		"quote":  {"quote", "-f", quote, "-o", "json"},
		"assess": {"assess", history, "--as-of", "2026-11-22", "--mend", dir, "-o", "json"},
	} {
		t.Run(name, func(t *testing.T) {
			code, stdout, stderr := run(t, machine(t), line...)
			if stdout == "" {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			if err := validate(t, name, stdout); err != nil {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestEverySchemaCompiles(t *testing.T) {
	for _, name := range schemaNames() {
		compile(t, name)
	}
}

func TestSchemasRefuse(t *testing.T) {
	_, stdout, _ := run(t, machine(t), "estimate", "--last-month-paid", "1", "-o", "json")
	for name, change := range map[string][2]string{
		"money as a number":     {`"provisional": "1.10"`, `"provisional": 1.10`},
		"money with one place":  {`"provisional": "1.10"`, `"provisional": "1.1"`},
		"an unknown member":     {`"settlement"`, `"settlement2"`},
		"a status of our own":   {`"marks": []`, `"marks": [{"path": "", "status": "sure", "basis": ""}]`},
		"a null list":           {`"marks": []`, `"marks": null`},
		"a month without digit": {`"missing": []`, `"missing": [{"month": "2026-8", "parameter": "", "area": ""}]`},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(stdout, change[0], change[1], 1)
			if bad == stdout {
				t.Fatalf("nothing was changed in %s", stdout)
			}
			if validate(t, "estimate", bad) == nil {
				t.Errorf("the schema lets it pass: %s", bad)
			}
		})
	}
}
