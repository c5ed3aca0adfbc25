package office

import (
	"context"
	"strings"

	"bujiao/internal/casework"
	"bujiao/internal/notice"
)

// tell tells those whose case it is what became of it, as far as they are to know.
func (s *caseStep) tell(ctx context.Context, c casework.Case, events []casework.Event, m *casework.Move) error {
	c, seen := s.desk.Table.Seen(c, events)
	if len(seen) == 0 || seen[len(seen)-1].Seq != s.e.Seq {
		return nil
	}
	topic, args := caseTopic(s.desk.Table, c, s.e, m)
	for _, to := range partiesOf(s.desk.Table, c) {
		if err := notice.Tell(ctx, s.tx, to, topic, args, c.ID); err != nil {
			return err
		}
	}
	return nil
}

// partiesOf are those who may see the case.
func partiesOf(t *casework.Table, c casework.Case) []notice.To {
	var out []notice.To
	if c.Employer != "" && t.Concerns("employer") {
		out = append(out, notice.To{Employer: c.Employer})
	}
	if c.Person != "" && t.Concerns("person") {
		out = append(out, notice.To{Person: c.Person})
	}
	return out
}

// caseTopic says which message an event is. Names of kinds and states are keys
// that Say resolves from the tables.
func caseTopic(t *casework.Table, c casework.Case, e *casework.Event, m *casework.Move) (string, map[string]string) {
	args := map[string]string{"kind": "case." + t.Kind}
	end := t.State(c.State).End
	switch {
	case m == nil && e.Name == casework.Overdue:
		args["state"], args["due"] = "case."+t.Kind+"."+c.State, c.EndsOn.String()
		return "case.overdue", args
	case e.Seq == 1:
		return "case.opened", args
	case end == "refused":
		return "case.refused", args
	case end == "withdrawn":
		return "case.withdrawn", args
	case e.Name == "return" && c.EndsOn != 0:
		args["due"] = c.EndsOn.String()
		return "case.returned", args
	case e.Name == "suspend":
		return "case.suspended", args
	case e.Name == "resume":
		return "case.resumed", args
	}
	args["state"] = "case." + t.Kind + "." + c.State
	if end != "" {
		return "case.closed", args
	}
	return "case.moved", args
}

// words puts a key into words: those of kinds and states of cases stand in
// their tables.
func (o *Office) words(lang, key string, args map[string]string) string {
	rest, ok := strings.CutPrefix(key, "case.")
	if !ok {
		return o.Words(lang, key, args)
	}
	kind, state, ofState := strings.Cut(rest, ".")
	t, err := CaseKindOf(kind)
	if err != nil {
		return key
	}
	if !ofState {
		return t.Name.In(lang)
	}
	if s := t.State(state); s != nil {
		return s.Name.In(lang)
	}
	return key
}
