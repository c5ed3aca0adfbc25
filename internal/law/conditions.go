package law

import (
	"fmt"
	"sort"
	"strings"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// Facts are what conditions may speak of. A name that is absent is unknown: a
// condition that cannot be decided without it answers with what it needs.
type Facts map[string]any

// factTypes lists the names and types of all facts. Dates and months are ISO
// strings, which compare in time order.
var factTypes = map[string]*cel.Type{
	"as_of":                  cel.StringType,
	"month":                  cel.StringType,
	"payer":                  cel.StringType,
	"scheme":                 cel.StringType,
	"cause":                  cel.StringType,
	"gap.months":             cel.IntType,
	"gap.from":               cel.StringType,
	"gap.to":                 cel.StringType,
	"gap.lump_months":        cel.IntType,
	"recent":                 cel.IntType,
	"person.sex":             cel.StringType,
	"person.age_months":      cel.IntType,
	"person.hukou":           cel.StringType,
	"person.past_retirement": cel.BoolType,
	"person.populations":     cel.ListType(cel.StringType),
	"employer.unit_type":     cel.StringType,
	"employer.ownership":     cel.StringType,
	"benefit_drawn":          cel.BoolType,
	"history_given":          cel.BoolType,
}

// Vocabulary is what conditions of one kind may speak of: names with their
// types. It compiles each condition once.
type Vocabulary struct {
	types    map[string]*cel.Type
	env      func() (*cel.Env, error)
	programs sync.Map // expression -> cel.Program
}

// FactType is the type of a fact of a Vocabulary.
type FactType string

// The types. Days and months are ISO strings, which compare in time order;
// amounts are whole fen.
const (
	BoolFact FactType = "bool"
	IntFact  FactType = "int"
	TextFact FactType = "text"
)

// NewVocabulary makes one; a type that is not known is an error.
func NewVocabulary(names map[string]FactType) (*Vocabulary, error) {
	types := map[string]*cel.Type{}
	for name, t := range names {
		switch t {
		case BoolFact:
			types[name] = cel.BoolType
		case IntFact:
			types[name] = cel.IntType
		case TextFact:
			types[name] = cel.StringType
		default:
			return nil, fmt.Errorf("fact %s: no type %q", name, t)
		}
	}
	return vocabulary(types), nil
}

func vocabulary(types map[string]*cel.Type) *Vocabulary {
	return &Vocabulary{types: types, env: sync.OnceValues(func() (*cel.Env, error) {
		opts := []cel.EnvOption{cel.ClearMacros()}
		for name, t := range types {
			opts = append(opts, cel.Variable(name, t))
		}
		return cel.NewEnv(opts...)
	})}
}

var conditions = vocabulary(factTypes)

// costLimit ends a condition that would run away; the longest in use costs
// well below a hundred.
const costLimit = 10_000

func (y *Vocabulary) compile(expr string) (cel.Program, error) {
	if p, ok := y.programs.Load(expr); ok {
		return p.(cel.Program), nil
	}
	env, err := y.env()
	if err != nil {
		return nil, err
	}
	ast, iss := env.Compile(expr)
	if iss.Err() != nil {
		return nil, fmt.Errorf("%s", strings.ReplaceAll(iss.Err().Error(), "\n", " "))
	}
	if ast.OutputType() != cel.BoolType {
		return nil, fmt.Errorf("gives %s, not true or false", ast.OutputType())
	}
	p, err := env.Program(ast, cel.EvalOptions(cel.OptPartialEval), cel.CostLimit(costLimit))
	if err != nil {
		return nil, err
	}
	y.programs.Store(expr, p)
	return p, nil
}

// CheckCondition compiles and type-checks a condition of the packs.
func CheckCondition(expr string) error { return conditions.Check(expr) }

// Eval decides a condition of the packs; see Vocabulary.Eval.
func Eval(expr string, facts Facts) (holds bool, needs []string, err error) {
	return conditions.Eval(expr, facts)
}

// Check compiles and type-checks a condition.
func (y *Vocabulary) Check(expr string) error {
	if expr == "" {
		return nil
	}
	_, err := y.compile(expr)
	return err
}

// Eval decides a condition. An empty one holds. If it cannot be decided, needs
// names the facts that are not given.
func (y *Vocabulary) Eval(expr string, facts Facts) (holds bool, needs []string, err error) {
	if expr == "" {
		return true, nil, nil
	}
	p, err := y.compile(expr)
	if err != nil {
		return false, nil, err
	}
	var unknown []*cel.AttributePatternType
	for name := range y.types {
		if _, ok := facts[name]; !ok {
			unknown = append(unknown, cel.AttributePattern(name))
		}
	}
	vars, err := cel.PartialVars(map[string]any(facts), unknown...)
	if err != nil {
		return false, nil, err
	}
	out, _, err := p.Eval(vars)
	if err != nil {
		return false, nil, err
	}
	if u, ok := out.(*types.Unknown); ok {
		seen := map[string]bool{}
		for _, id := range u.IDs() {
			trails, _ := u.GetAttributeTrails(id)
			for _, t := range trails {
				seen[t.Variable()] = true
			}
		}
		for n := range seen {
			needs = append(needs, n)
		}
		sort.Strings(needs)
		return false, needs, nil
	}
	b, ok := out.Value().(bool)
	if !ok {
		return false, nil, fmt.Errorf("condition gives no truth value")
	}
	return b, nil, nil
}

// conditionsOf lists the conditions of a row.
func conditionsOf(r Row) []string {
	switch x := r.(type) {
	case *VerdictRule:
		return []string{x.When}
	case *Route:
		return []string{x.When}
	case *Paper:
		return []string{x.When}
	}
	return nil
}
