package cli

import (
	"bytes"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bujiao/internal/fault"
	"bujiao/internal/inquiry"
)

// schemas names what has a schema: what every door answers, and what only the
// command line does.
func schemas() map[string]reflect.Type {
	all := inquiry.Schemas()
	for name, t := range map[string]reflect.Type{
		"key":       reflect.TypeFor[KeyAnswer](),
		"lint":      reflect.TypeFor[LintAnswer](),
		"pack-test": reflect.TypeFor[PackTestAnswer](),
		"version":   reflect.TypeFor[VersionAnswer](),
		"error":     reflect.TypeFor[Failure](),
	} {
		all[name] = t
	}
	return all
}

func schemaNames() []string {
	return slices.Sorted(maps.Keys(schemas()))
}

func newSchema(a *app) *cobra.Command {
	cmd := a.command("schema", a.schema)
	cmd.Use, cmd.Args = "schema [NAME]", words(0, 1, "NAME")
	return cmd
}

// schema prints a schema, or the names there are.
func (a *app) schema(x *args) error {
	if len(x.words) == 0 {
		names := schemaNames()
		return a.show(names, func(p *page) {
			for _, n := range names {
				p.line(n)
			}
		})
	}
	data, err := schemaOf(x.words[0])
	if err != nil {
		return err
	}
	return a.write(bytes.NewBuffer(data))
}

// schemaOf writes the schema of a name, indented.
func schemaOf(name string) ([]byte, error) {
	t, ok := schemas()[name]
	if !ok {
		return nil, usage("inquiry.unknown_schema", fault.Args{"list": strings.Join(schemaNames(), ", ")})
	}
	return inquiry.SchemaOf(name, t)
}
