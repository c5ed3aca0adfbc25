package sqlstore

import (
	"context"

	"bujiao/internal/calendar"
	"bujiao/internal/declaration"
	"bujiao/internal/insurance"
)

var _ declaration.Store = (*Tx)(nil)

// AddDeclaration writes a declaration and its lines.
func (t *Tx) AddDeclaration(ctx context.Context, d declaration.Declaration, lines []declaration.Line) error {
	t.insert(ctx, tabDeclaration, t.area, d.ID, d.Employer, d.Person, monthText(d.Month), string(d.Kind), d.Channel, dateText(d.DeclaredOn),
		dateText(d.KnownOn), int64(d.At), int64(d.Lines), d.InputHash, d.Replaces, d.Actor, d.Reason)
	return t.AddDeclarationLines(ctx, d.ID, lines)
}

// AddDeclarationLines writes more lines of a declaration of this transaction.
func (t *Tx) AddDeclarationLines(ctx context.Context, declaration string, lines []declaration.Line) error {
	for _, l := range lines {
		t.insert(ctx, tabDeclarationLine, t.area, declaration, l.Person, l.Employment, int64(l.Wage), fenOrNull(l.Base), l.Confirmation)
	}
	return t.fault
}

// AddConfirmation writes an employee's word.
func (t *Tx) AddConfirmation(ctx context.Context, c declaration.Confirmation) error {
	t.insert(ctx, tabConfirmation, t.area, c.ID, c.Person, c.Employer, monthText(c.Month), int64(c.Wage), c.Method, c.Evidence, dateText(c.On), int64(c.At), c.Actor)
	return t.fault
}

// AddCharges writes charges.
func (t *Tx) AddCharges(ctx context.Context, list []declaration.Charge) error {
	for _, c := range list {
		t.insert(ctx, tabCharge, t.area, c.ID, c.Declaration, c.Employer, c.Person, string(c.Payer), int64(c.Scheme), monthText(c.FeeMonth), monthText(c.PostedMonth),
			c.Kind, string(c.Cause), fenOrNull(c.Base), int64(c.EmployerFen), int64(c.PersonFen), int64(c.LateFee), dateText(c.DueOn), monthText(c.CarriedFrom),
			c.Policy, c.Settles, dateText(c.KnownOn), int64(c.At))
	}
	return t.fault
}

// AddNotice writes a payment notice.
func (t *Tx) AddNotice(ctx context.Context, n declaration.Notice) error {
	t.insert(ctx, tabNotice, t.area, n.ID, n.Employer, n.Person, monthText(n.Month), n.Kind, dateText(n.DueOn), n.Declaration, int64(n.EmployerFen),
		int64(n.PersonFen), int64(n.LateFee), dateText(n.IssuedOn), int64(n.At))
	return t.fault
}

func readDeclaration(v vals) declaration.Declaration {
	return declaration.Declaration{ID: v.str(1), Employer: v.str(2), Person: v.str(3), Month: v.month(4), Kind: declaration.Kind(v.str(5)), Channel: v.str(6),
		DeclaredOn: v.date(7), KnownOn: v.date(8), At: v.instant(9), Lines: int(v.int(10)), InputHash: v.str(11), Replaces: v.str(12), Actor: v.str(13), Reason: v.str(14)}
}

func readLine(v vals) declaration.Line {
	return declaration.Line{Declaration: v.str(1), Person: v.str(2), Employment: v.str(3), Wage: v.fen(4), Base: v.fenOrNil(5), Confirmation: v.str(6)}
}

func readConfirmation(v vals) declaration.Confirmation {
	return declaration.Confirmation{ID: v.str(1), Person: v.str(2), Employer: v.str(3), Month: v.month(4), Wage: v.fen(5), Method: v.str(6), Evidence: v.str(7),
		On: v.date(8), At: v.instant(9), Actor: v.str(10)}
}

func readCharge(v vals) declaration.Charge {
	return declaration.Charge{ID: v.str(1), Declaration: v.str(2), Employer: v.str(3), Person: v.str(4), Payer: insurance.Payer(v.str(5)), Scheme: v.scheme(6),
		FeeMonth: v.month(7), PostedMonth: v.month(8), Kind: v.str(9), Cause: insurance.Cause(v.str(10)), Base: v.fenOrNil(11), EmployerFen: v.fen(12),
		PersonFen: v.fen(13), LateFee: v.fen(14), DueOn: v.date(15), CarriedFrom: v.month(16), Policy: v.str(17), Settles: v.str(18), KnownOn: v.date(19), At: v.instant(20)}
}

func readNotice(v vals) declaration.Notice {
	return declaration.Notice{ID: v.str(1), Employer: v.str(2), Person: v.str(3), Month: v.month(4), Kind: v.str(5), DueOn: v.date(6), Declaration: v.str(7),
		EmployerFen: v.fen(8), PersonFen: v.fen(9), LateFee: v.fen(10), IssuedOn: v.date(11), At: v.instant(12)}
}

// Declaration reads one.
func (t *Tx) Declaration(ctx context.Context, id string) (declaration.Declaration, error) {
	return get(ctx, t, readDeclaration, "SELECT "+tabDeclaration.names+" FROM declaration WHERE area = ? AND id = ?", t.area, id)
}

// DeclarationsOf lists an employer's declarations for a month.
func (t *Tx) DeclarationsOf(ctx context.Context, employer string, m calendar.Month) ([]declaration.Declaration, error) {
	return list(ctx, t, readDeclaration, "SELECT "+tabDeclaration.names+" FROM declaration WHERE area = ? AND employer = ? AND month = ? ORDER BY at, id",
		t.area, employer, monthText(m))
}

// DeclarationsOfPerson lists those of a payer without employer.
func (t *Tx) DeclarationsOfPerson(ctx context.Context, person string, m calendar.Month) ([]declaration.Declaration, error) {
	return list(ctx, t, readDeclaration, "SELECT "+tabDeclaration.names+" FROM declaration WHERE area = ? AND person = ? AND month = ? ORDER BY at, id",
		t.area, person, monthText(m))
}

// DeclarationLines lists the lines by person.
func (t *Tx) DeclarationLines(ctx context.Context, id string) ([]declaration.Line, error) {
	return list(ctx, t, readLine, "SELECT "+tabDeclarationLine.names+" FROM declaration_line WHERE area = ? AND declaration = ? ORDER BY person", t.area, id)
}

// DeclaredOf lists lines with their declarations, by person, month and moment.
func (t *Tx) DeclaredOf(ctx context.Context, persons []string) ([]declaration.Declared, error) {
	n := len(tabDeclarationLine.Cols) + 1 // the MAC too
	return listIn(ctx, t, func(v vals) declaration.Declared {
		return declaration.Declared{Line: readLine(v[:n]), Of: readDeclaration(v[n:])}
	}, "SELECT "+tabDeclarationLine.as("l")+", "+tabDeclaration.as("d")+" FROM declaration_line l JOIN declaration d ON d.area = l.area AND d.id = l.declaration "+
		"WHERE l.area = ? AND d.area = ? AND l.person IN (?) ORDER BY l.person, d.month, d.at, d.id", []any{t.area, t.area}, persons)
}

// ConfirmationsOf lists the words of an employer's staff for a month.
func (t *Tx) ConfirmationsOf(ctx context.Context, employer string, m calendar.Month) ([]declaration.Confirmation, error) {
	return list(ctx, t, readConfirmation, "SELECT "+tabConfirmation.names+" FROM confirmation WHERE area = ? AND employer = ? AND month = ? ORDER BY person, at, id",
		t.area, employer, monthText(m))
}

// Charge reads one.
func (t *Tx) Charge(ctx context.Context, id string) (declaration.Charge, error) {
	return get(ctx, t, readCharge, "SELECT "+tabCharge.names+" FROM charge WHERE area = ? AND id = ?", t.area, id)
}

// ChargesOf lists the charges of persons, by person, month, scheme and moment.
func (t *Tx) ChargesOf(ctx context.Context, persons []string) ([]declaration.Charge, error) {
	return listIn(ctx, t, readCharge, "SELECT "+tabCharge.names+" FROM charge WHERE area = ? AND person IN (?) ORDER BY person, fee_month, scheme, at, id",
		[]any{t.area}, persons)
}

// ChargesIn lists the charges of a declaration, by person, month and scheme.
func (t *Tx) ChargesIn(ctx context.Context, id string) ([]declaration.Charge, error) {
	return list(ctx, t, readCharge, "SELECT "+tabCharge.names+" FROM charge WHERE area = ? AND declaration = ? ORDER BY person, fee_month, scheme, id", t.area, id)
}

// Settling lists the charges that settle charges.
func (t *Tx) Settling(ctx context.Context, charges ...string) ([]declaration.Charge, error) {
	return listIn(ctx, t, readCharge, "SELECT "+tabCharge.names+" FROM charge WHERE area = ? AND settles > '' AND settles IN (?) ORDER BY settles, at, id",
		[]any{t.area}, charges)
}

// CarriedMonths lists months that were billed by limits carried on.
func (t *Tx) CarriedMonths(ctx context.Context, from calendar.Month) ([]calendar.Month, error) {
	return list(ctx, t, func(v vals) calendar.Month { return v.month(0) },
		"SELECT DISTINCT fee_month FROM charge WHERE area = ? AND carried_from > '' AND fee_month >= ? ORDER BY fee_month", t.area, monthText(from))
}

// ChargesPosted lists what was billed to an employer in a month.
func (t *Tx) ChargesPosted(ctx context.Context, employer string, m calendar.Month) ([]declaration.Charge, error) {
	return list(ctx, t, readCharge, "SELECT "+tabCharge.names+" FROM charge WHERE area = ? AND employer = ? AND posted_month = ? ORDER BY person, fee_month, scheme, at, id",
		t.area, employer, monthText(m))
}

// BackPayOf lists back-payments for a month: none is posted before it.
func (t *Tx) BackPayOf(ctx context.Context, employer string, m calendar.Month) ([]declaration.Charge, error) {
	return list(ctx, t, readCharge, "SELECT "+tabCharge.names+" FROM charge WHERE area = ? AND employer = ? AND posted_month >= ? AND fee_month = ? AND kind = 'backpay' ORDER BY person, scheme, at, id",
		t.area, employer, monthText(m), monthText(m))
}

// Notice reads one.
func (t *Tx) Notice(ctx context.Context, id string) (declaration.Notice, error) {
	return get(ctx, t, readNotice, "SELECT "+tabNotice.names+" FROM notice WHERE area = ? AND id = ?", t.area, id)
}

// NoticesOf lists the notices to an employer or, without one, to a person; zero
// month: all.
func (t *Tx) NoticesOf(ctx context.Context, employer, person string, m calendar.Month) ([]declaration.Notice, error) {
	column, party := "employer", employer
	if employer == "" {
		column, party = "person", person
	}
	if m == 0 {
		return list(ctx, t, readNotice, "SELECT "+tabNotice.names+" FROM notice WHERE area = ? AND "+column+" = ? ORDER BY month, at, id", t.area, party)
	}
	return list(ctx, t, readNotice, "SELECT "+tabNotice.names+" FROM notice WHERE area = ? AND "+column+" = ? AND month = ? ORDER BY at, id", t.area, party, monthText(m))
}
