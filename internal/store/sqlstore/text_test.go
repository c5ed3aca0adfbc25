package sqlstore

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bujiao/internal/store/migrations"
)

// allowed are the statements that break a rule, with the reason.
var allowed = []struct{ sql, why string }{
	{"SELECT DISTINCT area FROM lane ORDER BY area", "lists the areas: a report over all of them"},
	{"SELECT MIN(area) FROM § WHERE area > ?", "the proof looks for areas that no lane knows"},
	{"SELECT CAST(version_id AS TEXT), CAST(CAST(is_applied AS INTEGER) AS TEXT), CAST(tstamp AS TEXT) FROM goose_db_version ORDER BY id", "the migrator's table, which belongs to no area"},
	{"SELECT DISTINCT l.area FROM lane l WHERE EXISTS (SELECT 1 FROM job j WHERE j.area = l.area AND j.state = 'ready' AND (j.run_at <= ? OR j.created_at > ?) AND (j.lease_until <= ? OR j.lease_until > ?)) ORDER BY l.area", "lists the areas with work; each is then claimed by itself"},
	{"SELECT § FROM §", "a backup reads every table whole, on one plain server"},
	{"SELECT § FROM § LIMIT 2", "a restore looks whether there are any rows at all"},
	{"SELECT § FROM lane ORDER BY area, lane", "whose the books are, in whatever area they begin"},
	{"SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1", "asks the engine, no table of the books"},
	{"SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1", "asks the engine, no table of the books"},
	{"SELECT datcollate FROM pg_database WHERE datname = current_database()", "asks the engine, no table of the books"},
	{"UPDATE § SET § WHERE § AND mac = ?", "of Table: the condition is on the primary key, which starts with area"},
	{"DELETE FROM § WHERE § AND mac = ?", "of Table: the condition is on the primary key, which starts with area"},
	{"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", "what the engine's planner assumes of an index, no table of the books"},
	{statisticsOf, "asks the engine, no table of the books"},
	{"SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = CAST($1 AS regclass)", "asks the engine, no table of the books"},
}

// statisticsOf asks which indexes have no statistics yet.
const statisticsOf = `SELECT t.name, l.name, l."unique", i.name FROM sqlite_schema t, pragma_index_list(t.name) l, pragma_index_info(l.name) i
		WHERE t.type = 'table' AND t.name NOT IN (SELECT tbl FROM sqlite_stat1 WHERE idx = l.name) AND t.name <> ? AND substr(t.name, 1, 7) <> 'sqlite_' ORDER BY l.name, i.seqno`

// isSQL tells SQL from other text.
var isSQL = regexp.MustCompile(`^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|MERGE)\b`)

// TestStatementsKeepTheRules reads every SQL text of the store.
func TestStatementsKeepTheRules(t *testing.T) {
	seen, used := 0, map[string]bool{}
	for name, list := range statements(t, "..") {
		for _, sql := range list {
			seen++
			found := breaks(sql)
			if len(found) == 0 {
				continue
			}
			if slices.ContainsFunc(allowed, func(a struct{ sql, why string }) bool { return a.sql == sql }) {
				used[sql] = true
				continue
			}
			t.Errorf("%s: %s\n\t%s", name, strings.Join(found, "; "), sql)
		}
	}
	if seen < 60 {
		t.Errorf("only %d statements were found: the walk is wrong", seen)
	}
	for _, a := range allowed {
		if !used[a.sql] {
			t.Errorf("the exception is not needed: %s", a.sql)
		}
	}
}

// TestOnlyTheStoreSpeaksSQL: no statement stands anywhere else.
func TestOnlyTheStoreSpeaksSQL(t *testing.T) {
	for name, list := range statements(t, "../..") {
		if strings.HasPrefix(name, "../../store/") {
			continue
		}
		for _, sql := range list {
			if strings.Contains(sql, " FROM ") || strings.Contains(sql, " SET ") || strings.Contains(sql, "VALUES") {
				t.Errorf("%s: %s", name, sql)
			}
		}
	}
}

// TestSchemaKeepsTheRules reads the migrations.
func TestSchemaKeepsTheRules(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := migrations.For(engine)
		if err != nil {
			t.Fatal(err)
		}
		names, err := fs.Glob(files, "*.sql")
		if err != nil {
			t.Fatal(err)
		}
		tables := 0
		for _, name := range names {
			data, err := fs.ReadFile(files, name)
			if err != nil {
				t.Fatal(err)
			}
			tables += len(createTable.FindAllString(string(data), -1))
			for _, b := range schemaBreaks(string(data)) {
				t.Errorf("%s/%s: %s", engine, name, b)
			}
		}
		if tables != len(Tables()) {
			t.Errorf("%s: %d tables are created, %d described", engine, tables, len(Tables()))
		}
	}
}

// TestRulesFindPlantedFaults: each of these must be found, and the others not.
func TestRulesFindPlantedFaults(t *testing.T) {
	for _, sql := range []string{
		"SELECT id FROM person WHERE id = ?",
		"SELECT p.id FROM person p JOIN employer e ON e.id = p.id WHERE p.area = ?",
		"SELECT id FROM person, employer WHERE person.area = ?",
		"SELECT id FROM person WHERE area = ? AND id IN (SELECT person FROM charge WHERE id = ?)",
		"SELECT id FROM person WHERE area = ? AND NOT EXISTS (SELECT 1 FROM sealed s WHERE s.ref = person.id)",
		"SELECT id FROM person WHERE area = ? OR id = ?",
		"SELECT id FROM person WHERE area = ? UNION SELECT id FROM employer",
		"SELECT id FROM (SELECT id FROM person) x WHERE area = ?",
		"SELECT area FROM person WHERE id > ?",
		"UPDATE job SET state = ? WHERE id = ?",
		"DELETE FROM job WHERE id = ?",
		"SELECT id FROM job WHERE area = ? AND run_at < now()",
		"SELECT id FROM job WHERE area = ? ORDER BY random()",
		"SELECT id FROM job WHERE area = ? AND id < CURRENT_TIMESTAMP",
		"WITH RECURSIVE r AS (SELECT id FROM job WHERE area = ?) SELECT id FROM r WHERE area = ?",
		"SELECT kind, count(*) FROM job WHERE area = ? GROUP BY ROLLUP (kind)",
		"MERGE INTO job USING x ON x.id = job.id WHEN MATCHED THEN DELETE",
		"INSERT INTO job (id, area) VALUES (?, ?)",
		"INSERT INTO job (area, id) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
	} {
		if len(breaks(sql)) == 0 {
			t.Errorf("not found: %s", sql)
		}
	}
	for _, sql := range []string{
		"SELECT id FROM job WHERE area = ? AND (state = ? OR key = ?) ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED",
		"SELECT p.id FROM posting p JOIN entry e ON e.area = p.area AND e.id = p.entry LEFT JOIN entry c ON c.area = e.area WHERE p.area = ?",
		"SELECT id FROM entry e WHERE e.area = ? AND NOT EXISTS (SELECT 1 FROM sealed s WHERE s.area = ? AND s.ref = e.id)",
		"UPDATE job SET state = 'from now()' WHERE area = ? AND id = ?",
		"INSERT INTO job (area, id) VALUES (?, ?) ON CONFLICT (area, id) DO UPDATE SET id = ?",
	} {
		if found := breaks(sql); len(found) != 0 {
			t.Errorf("%v: %s", found, sql)
		}
	}
	for _, sql := range []string{
		"CREATE TABLE x (\n    id TEXT NOT NULL,\n    area TEXT NOT NULL,\n    PRIMARY KEY (area, id)\n);",
		"CREATE TABLE x (\n    area TEXT NOT NULL,\n    id TEXT NOT NULL,\n    PRIMARY KEY (id)\n);",
		"CREATE TABLE x (\n    area TEXT NOT NULL,\n    id TEXT NOT NULL,\n    PRIMARY KEY (area, id),\n    UNIQUE (id)\n);",
		"CREATE TABLE x (\n    area TEXT NOT NULL,\n    id BIGSERIAL,\n    PRIMARY KEY (area, id)\n);",
		"CREATE TABLE x (\n    area TEXT NOT NULL,\n    y TEXT REFERENCES y (id),\n    PRIMARY KEY (area, y)\n);",
		"CREATE TABLE x (\n    area TEXT NOT NULL,\n    y TEXT REFERENCES y (area, id) ON DELETE SET NULL,\n    PRIMARY KEY (area, y)\n);",
		"CREATE UNLOGGED TABLE x (\n    area TEXT NOT NULL,\n    PRIMARY KEY (area)\n);",
		"CREATE UNIQUE INDEX x ON y (id, area);",
		"CREATE SEQUENCE x;",
		"CREATE TRIGGER x BEFORE INSERT ON posting WHEN EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry) BEGIN SELECT 1; END;",
	} {
		if len(schemaBreaks(sql)) == 0 {
			t.Errorf("not found: %s", sql)
		}
	}
}

// statements collects the SQL texts of a tree by file: literals joined by +,
// with what is not a literal as §.
func statements(t *testing.T, root string) map[string][]string {
	t.Helper()
	set := token.NewFileSet()
	out := map[string][]string{}
	byPackage := map[string][]*ast.File{}
	names := map[*ast.File]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "storetest") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(set, path, data, parser.SkipObjectResolution)
		byPackage[filepath.Dir(path)] = append(byPackage[filepath.Dir(path)], f)
		names[f] = filepath.ToSlash(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, files := range byPackage {
		known := constants(files)
		for _, f := range files {
			for _, decl := range f.Decls {
				out[names[f]] = append(out[names[f]], texts(decl, known)...)
			}
		}
	}
	return out
}

// constants are the package's texts by name.
func constants(files []*ast.File) map[string]string {
	known := map[string]string{}
	for _, f := range files {
		for _, decl := range f.Decls {
			if g, ok := decl.(*ast.GenDecl); ok {
				for _, s := range g.Specs {
					if v, ok := s.(*ast.ValueSpec); ok && len(v.Names) == len(v.Values) {
						for i, n := range v.Names {
							if text, ok := literal(v.Values[i], known); ok {
								known[n.Name] = text
							}
						}
					}
				}
			}
		}
	}
	return known
}

// texts finds the statements of a declaration. What a local name was first
// given stands for it.
func texts(decl ast.Decl, known map[string]string) (out []string) {
	local := map[string]string{}
	for k, v := range known {
		local[k] = v
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, l := range a.Lhs {
				id, ok := l.(*ast.Ident)
				if text, is := literal(a.Rhs[i], local); ok && is && local[id.Name] == "" {
					local[id.Name] = text
				}
			}
		}
		return true
	})
	ast.Inspect(decl, func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, ok := literal(e, local)
		if !ok {
			return true
		}
		if isSQL.MatchString(text) {
			out = append(out, verb.ReplaceAllString(text, "§"))
		}
		_, whole := e.(*ast.BinaryExpr)
		return !whole // its parts are no statements
	})
	return out
}

var verb = regexp.MustCompile(`%[a-z]`)

// literal evaluates a text: false if no part of it is one.
func literal(e ast.Expr, known map[string]string) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			return text, err == nil
		}
	case *ast.Ident:
		text, ok := known[e.Name]
		return text, ok
	case *ast.ParenExpr:
		return literal(e.X, known)
	case *ast.BinaryExpr:
		if e.Op != token.ADD {
			return "", false
		}
		left, ok1 := literal(e.X, known)
		right, ok2 := literal(e.Y, known)
		if !ok1 {
			left = "§"
		}
		if !ok2 {
			right = "§"
		}
		return left + right, ok1 || ok2
	}
	return "", false
}
