package cli

import (
	"bytes"
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
