package access

import (
	"slices"
	"strings"

	"bujiao/internal/fault"
)

// Purpose is why somebody reads a person's record. It is one of a few words,
// because the person sees it, and so that no free text tells of others.
type Purpose string

// The purposes.
const (
	OwnRecord   Purpose = "own"         // 本人查询
	OwnStaff    Purpose = "staff"       // 单位为本单位职工办理
	Service     Purpose = "service"     // 办理业务
	Objection   Purpose = "objection"   // 核实异议
	Review      Purpose = "review"      // 复核
	Collecting  Purpose = "collection"  // 征缴与收付
	Enforcing   Purpose = "enforcement" // 强制征缴
	Inspection  Purpose = "inspection"  // 稽核
	ProgramWork Purpose = "program"     // jobs
)

var purposes = map[Role][]Purpose{
	Insured:       {OwnRecord},
	EmployerAgent: {OwnStaff},
	Clerk:         {Service, Objection},
	Reviewer:      {Review, Objection},
	Finance:       {Collecting},
	Enforcement:   {Enforcing},
	Auditor:       {Inspection},
	System:        {ProgramWork},
}

// PurposeOf is the purpose that a role names. Who has but one need not name it;
// any other is fault access.purpose.
func PurposeOf(r Role, named Purpose) (Purpose, error) {
	may := purposes[r]
	if named == "" && len(may) == 1 {
		return may[0], nil
	}
	if slices.Contains(may, named) {
		return named, nil
	}
	var words []string
	for _, p := range may {
		words = append(words, string(p))
	}
	return "", fault.New(fault.Invalid, "access.purpose", fault.Args{"purposes": strings.Join(words, ", ")})
}
