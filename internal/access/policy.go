package access

// policy is the one table of who may do what. A role that is not named may not.
var policy = map[Action]rule{
	"person.read":         {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"person.read_plain":   {reach: map[Role]Reach{Insured: Own, Clerk: Area, Reviewer: Area}}, // numbers, names and accounts unmasked
	"person.write":        {reach: map[Role]Reach{Clerk: Area}},
	"person.propose":      {reach: map[Role]Reach{Clerk: Area}}, // to join two records of one person, or to part them
	"person.merge":        {reach: map[Role]Reach{Reviewer: Area}, decide: "person.propose"},
	"employer.read":       {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"employer.write":      {reach: map[Role]Reach{Clerk: Area}},
	"roster.read":         {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area, Reviewer: Area, Enforcement: Area, Auditor: Area}},
	"roster.write":        {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area}},
	"employment.found":    {reach: map[Role]Reach{Clerk: Area, Enforcement: Area}}, // a labour relation that the employer did not register
	"enrolment.write":     {reach: map[Role]Reach{Insured: Own, Clerk: Area}},      // of people who pay alone, and single schemes
	"duty.read":           {reach: map[Role]Reach{Clerk: Area, Reviewer: Area, Enforcement: Area, Auditor: Area}},
	"declaration.read":    {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"declaration.submit":  {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area}},
	"declaration.confirm": {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area}},
	"settlement.run":      {reach: map[Role]Reach{Reviewer: Area}},
	"order.read":          {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"order.create":        {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area, Finance: Area}},
	"payment.receive":     {reach: map[Role]Reach{Finance: Area}},
	"bank.file":           {reach: map[Role]Reach{Finance: Area}},
	"bank.read":           {reach: map[Role]Reach{Finance: Area, Auditor: Area}},
	"suspense.assign":     {reach: map[Role]Reach{Finance: Area}},
	"refund.request":      {reach: map[Role]Reach{EmployerAgent: Own, Insured: Own, Clerk: Area, Finance: Area}},
	"refund.decide":       {reach: map[Role]Reach{Reviewer: Area}, decide: "refund.request"},
	"refund.read":         {reach: map[Role]Reach{EmployerAgent: Own, Insured: Own, Clerk: Area, Reviewer: Area, Finance: Area, Auditor: Area}},
	"ledger.read":         {reach: map[Role]Reach{Finance: Area, Reviewer: Area, Auditor: Area}},
	"ledger.correct":      {reach: map[Role]Reach{Finance: Area}},
	"ledger.approve":      {reach: map[Role]Reach{Reviewer: Area}, decide: "ledger.correct"},
	"period.close":        {reach: map[Role]Reach{Finance: Area}},
	"interest.credit":     {reach: map[Role]Reach{Finance: Area}},
	"arrears.read":        {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"arrears.bill":        {reach: map[Role]Reach{Clerk: Area, Enforcement: Area}},
	"statement.deliver":   {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area}},
	"statement.read":      {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Auditor: Area}},
	"paper.read":          {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"paper.read_plain":    {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Enforcement: Area}}, // names, numbers and accounts unmasked, to be handed over
	"paper.issue":         {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area}},                                    // statements as numbered papers; other papers come of cases
	"paper.serve":         {reach: map[Role]Reach{Clerk: Area, Enforcement: Area}},
	"evidence.hand_in":    {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area}}, // with its file
	"evidence.read":       {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Enforcement: Area, Auditor: Area}},
	"evidence.decide":     {reach: map[Role]Reach{Clerk: Area, Reviewer: Area}},                               // whether it proves what it should
	"approval.read":       {reach: map[Role]Reach{Clerk: Area, Finance: Area, Reviewer: Area, Auditor: Area}}, // what the role asks for or decides
	"case.read":           {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"case.makeup_file":    {reach: map[Role]Reach{EmployerAgent: Own, Clerk: Area, Reviewer: Area}},                                  // names and numbers in plain
	"case.dossier":        {reach: map[Role]Reach{Clerk: Area, Reviewer: Area, Enforcement: Area}},                                   // all of a case in plain, for a court
	"case.open":           {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Enforcement: Area}}, // the table of the kind says who of them may do what
	"case.move":           {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area}},
	"audit.read":          {reach: map[Role]Reach{Auditor: Area}},
	"audit.read_own":      {reach: map[Role]Reach{Insured: Own}},
	"proof.run":           {reach: map[Role]Reach{Auditor: Area}},
	"seals.read":          {reach: map[Role]Reach{Auditor: Area, Reviewer: Area, Finance: Area}},
	"books.seal":          {reach: map[Role]Reach{Finance: Area}},
	"job.read":            {reach: map[Role]Reach{Administrator: Area, Auditor: Area}},
	"job.retry":           {reach: map[Role]Reach{Administrator: Area}},
	"account.read":        {reach: map[Role]Reach{Administrator: Area, Auditor: Area}},
	"account.write":       {reach: map[Role]Reach{Administrator: Area}},
	"account.own": {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Own, Reviewer: Own, Finance: Own, Enforcement: Own,
		Auditor: Own, Administrator: Own}}, // password, sessions, messages and addresses
	"hall.read": {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area,
		Administrator: Area}}, // where and when people are received
	"hall.write":      {reach: map[Role]Reach{Clerk: Area, Administrator: Area}},
	"booking.read":    {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}},
	"competence.read": {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}}, // which office is competent for somebody
	"booking.write":   {reach: map[Role]Reach{Insured: Own, EmployerAgent: Own, Clerk: Area}},
	"booking.mark":    {reach: map[Role]Reach{Clerk: Area}},                                                                  // whether somebody came
	"message.read":    {reach: map[Role]Reach{Clerk: Area, Reviewer: Area, Finance: Area, Enforcement: Area, Auditor: Area}}, // what others were told
	"message.send":    {reach: map[Role]Reach{Clerk: Area, Enforcement: Area}},                                               // again
	"contact.write":   {reach: map[Role]Reach{Clerk: Area}},                                                                  // of persons and employers, on their word
	"webhook.write":   {reach: map[Role]Reach{Administrator: Area}},
	"clock.set":       {reach: map[Role]Reach{Administrator: Area}},
}
