package assess

import "strings"

// door is where a fact would be given: flags of a command, fields of a
// request, or columns of a file.
type door int

const (
	flags door = iota
	fields
	columns
)

// asks names, for each flag that a hole asks for, the field and the column
// that give the same fact. What has no column is given by a pack of one's own.
var asks = map[string][2]string{
	"--unit-type":    {"employer.unit_type", "unit_type"},
	"--injury-class": {"employer.injury_class", "injury_class"},
	"--injury-rate":  {"employer.injury_rate", "injury_rate"},
	"--tier":         {"person.tier", "tier"},
	"--population":   {"person.populations", "population"},
	"--wage":         {"gaps[].wage", "wage"},
	"--grade":        {"person.grade", "wage"},
	"--group":        {"person.group", "population"},
	"--deadline":     {"deadline", "--packs DIR (late_fee_rules.deadline)"},
}

// ask words a hole's question for the door the question came through.
func (d *desk) ask(flag string) string {
	name, values, _ := strings.Cut(flag, " ")
	at, ok := asks[name]
	if !ok || d.door == flags {
		return flag
	}
	out := at[0]
	if d.door == columns {
		out = at[1]
	}
	if values == "" {
		return out
	}
	return out + " " + values
}

// askFact names where a fact of a condition is given.
func (d *desk) askFact(fact string) string {
	switch fact {
	case "person.past_retirement", "person.age_months", "person.sex":
		if d.door == columns {
			return "birth, sex (category worker|cadre)"
		}
		return "person.birth, person.sex (person.category worker|cadre)"
	case "person.hukou":
		if d.door == columns {
			return "population local_hukou|non_local_hukou"
		}
		return "person.hukou_area"
	}
	return fact
}
