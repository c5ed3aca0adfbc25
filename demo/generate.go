//go:build ignore

// Generate writes the shipped sample: the histories of fictional persons in
// three cities, a file of deliberate mistakes, and the page that says who is
// who. Run it in the project's folder:
//
//	go run demo/generate.go
//	go run demo/generate.go -out /tmp/sample -seed 7
//
// The same seed writes the same bytes; the files in the folder are of seed 1.
package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"bujiao/demo/cast"
)

func main() {
	out := flag.String("out", "demo", "folder to write to")
	seed := flag.Uint64("seed", 1, "seed of the drawn persons")
	flag.Parse()
	if err := write(*out, cast.All(*seed)); err != nil {
		log.Fatal(err)
	}
}

func write(dir string, people []*cast.Person) error {
	rows := map[string][]cast.Row{}
	for _, p := range people {
		for _, r := range p.Rows {
			rows[r.Area] = append(rows[r.Area], r)
		}
	}
	gb := simplifiedchinese.GB18030.NewEncoder()
	files := []struct {
		name string
		make func() ([]byte, error)
	}{
		{"beijing.csv", func() ([]byte, error) { return csvOf("\uFEFF", beijingColumns, rows["110000"]) }},
		{"shanghai.csv", func() ([]byte, error) {
			b, err := csvOf("", shanghaiColumns, rows["310000"])
			if err != nil {
				return nil, err
			}
			return gb.Bytes(b)
		}},
		{"nanjing.xlsx", func() ([]byte, error) { return xlsxOf(nanjingColumns, rows["320100"]) }},
		{"mistakes.csv", mistakes},
		{"situations.md", func() ([]byte, error) { return situations(people), nil }},
	}
	for _, f := range files {
		b, err := f.make()
		if err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// column is a heading and what stands under it.
type column struct {
	name string
	cell func(*cast.Row) string
}

// plainColumns are the codes, in the order that all three files have them.
var plainColumns = []column{
	{"record", func(r *cast.Row) string { return r.Record }},
	{"person", func(r *cast.Row) string { return r.Person }},
	{"id_number", func(r *cast.Row) string { return r.IDNumber }},
	{"birth", func(r *cast.Row) string { return r.Birth }},
	{"sex", func(r *cast.Row) string { return r.Sex }},
	{"area", func(r *cast.Row) string { return r.Area }},
	{"employer", func(r *cast.Row) string { return r.Employer }},
	{"payer", func(r *cast.Row) string { return r.Payer }},
	{"population", func(r *cast.Row) string { return r.Population }},
	{"scheme", func(r *cast.Row) string { return r.Scheme }},
	{"from", func(r *cast.Row) string { return r.From.String() }},
	{"to", func(r *cast.Row) string { return r.To.String() }},
	{"wage", func(r *cast.Row) string { return yuan(r.Wage) }},
	{"base", func(r *cast.Row) string { return yuan(r.Base) }},
	{"employer_paid", func(r *cast.Row) string { return r.EmployerPaid }},
	{"person_paid", func(r *cast.Row) string { return r.PersonPaid }},
	{"paid_on", func(r *cast.Row) string { return r.PaidOn }},
	{"cause", func(r *cast.Row) string { return r.Cause }},
	{"known_on", func(r *cast.Row) string { return r.KnownOn }},
	{"unit_type", func(r *cast.Row) string { return r.UnitType }},
	{"injury_class", func(r *cast.Row) string { return r.InjuryClass }},
	{"injury_rate", func(r *cast.Row) string { return r.InjuryRate }},
}

func yuan(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// The three files call the same columns by other names and write the same
// values in other ways: words, month and date formats, codes.
var (
	beijingColumns = named(chinese, "记录类型", "人员编号", "公民身份号码", "出生日期", "性别", "统筹区", "用人单位", "缴费人员类别", "户籍类别", "险种", "起始年月", "终止年月",
		"工资", "缴费基数", "单位缴费", "个人缴费", "到账日期", "原因", "获知日期", "单位类型", "工伤行业类别", "工伤费率")
	shanghaiColumns = named(func(code, s string) string { return compact(code, chinese(code, s)) }, "记录类别", "个人编号", "社会保障号码", "出生年月日", "性别", "参保地", "缴费单位", "参保类别", "参保身份", "险种类型", "费款所属期起", "费款所属期止",
		"月工资", "基数", "单位缴费金额", "个人缴费金额", "缴费日期", "欠缴原因", "登记日期", "单位性质", "行业风险类别", "工伤保险费率")
	nanjingColumns = named(func(_, s string) string { return s }, "record type", "person id", "id number", "birth date", "gender", "area code", "employer id", "payer type", "population", "insurance", "start month", "end month",
		"monthly wage", "contribution base", "employer paid", "person paid", "payment date", "reason", "known on", "unit type", "injury class", "injury rate")
)

func named(say func(code, value string) string, names ...string) []column {
	var out []column
	for i, c := range plainColumns {
		out = append(out, column{names[i], func(r *cast.Row) string { return say(c.name, c.cell(r)) }})
	}
	return out
}

// words are the Chinese words of codes, by column.
var words = map[string]map[string]string{
	"record":     {"employment": "用工", "declared": "申报", "paid": "缴费", "benefit": "待遇"},
	"sex":        {"M": "男", "F": "女"},
	"payer":      {"employee": "职工", "flexible": "灵活就业", "resident": "城乡居民"},
	"population": {"local_hukou": "本市户籍", "local_urban_hukou": "本市城镇户籍", "non_local_hukou": "非本市户籍", "rural_migrant_worker": "农民工"},
	"scheme": {"pension": "职工养老", "unemployment": "失业", "medical": "职工医疗", "injury": "工伤", "maternity": "生育",
		"large_medical": "大额医疗", "resident_medical": "居民医疗"},
	"cause":     {"debit_failed": "扣款失败", "misplaced": "错缴未入账", "personal_reason": "个人原因", "policy": "政策性补缴", "rule_changed": "基数调整"},
	"unit_type": {"micro_small_medium": "中小微企业", "large_and_other": "大型企业及其他"},
}

func chinese(code, value string) string {
	if w, ok := words[code][value]; ok {
		return w
	}
	return value
}

// compact writes months as 202501 and days as 2025/1/18.
func compact(code, value string) string {
	switch code {
	case "from", "to":
		return strings.ReplaceAll(value, "-", "")
	case "paid_on", "birth", "known_on":
		if d, err := time.Parse(time.DateOnly, value); err == nil {
			return d.Format("2006/1/2")
		}
	}
	return value
}

func csvOf(mark string, cols []column, rows []cast.Row) ([]byte, error) {
	lines := [][]string{nil}
	for _, c := range cols {
		lines[0] = append(lines[0], c.name)
	}
	for i := range rows {
		var line []string
		for _, c := range cols {
			line = append(line, c.cell(&rows[i]))
		}
		lines = append(lines, line)
	}
	buf := bytes.NewBufferString(mark)
	w := csv.NewWriter(buf)
	err := w.WriteAll(lines)
	return buf.Bytes(), err
}

// xlsxOf writes amounts as numbers and days as real dates, as people do.
func xlsxOf(cols []column, rows []cast.Row) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Sheet1"
	day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return nil, err
	}
	for i, c := range cols {
		for n := -1; n < len(rows); n++ {
			at, err := excelize.CoordinatesToCellName(i+1, n+2)
			if err != nil {
				return nil, err
			}
			if n < 0 {
				err = f.SetCellStr(sheet, at, c.name)
			} else {
				err = setCell(f, sheet, at, day, plainColumns[i].name, c.cell(&rows[n]))
			}
			if err != nil {
				return nil, err
			}
		}
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

func setCell(f *excelize.File, sheet, at string, day int, code, value string) error {
	if value == "" {
		return nil
	}
	switch code {
	case "wage", "base", "employer_paid", "person_paid":
		n, err := strconv.ParseFloat(value, 64) // a spreadsheet has no other numbers
		if err != nil {
			return err
		}
		return f.SetCellFloat(sheet, at, n, -1, 64)
	case "paid_on", "birth", "known_on":
		d, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return err
		}
		if err := f.SetCellValue(sheet, at, d); err != nil {
			return err
		}
		return f.SetCellStyle(sheet, at, at, day)
	}
	return f.SetCellStr(sheet, at, value)
}

// mistakes is a file whose rows are wrong on purpose, one kind a person, and
// one person who is right and passes.
func mistakes() ([]byte, error) {
	lines := [][]string{
		{"记录类型", "人员编号", "公民身份号码", "出生日期", "性别", "统筹区", "用人单位", "缴费人员类别", "险种", "起始年月", "终止年月", "工资", "缴费基数", "到账日期", "工伤行业类别", "单位类型"},
		{"用工", "错-01 十三月", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-13", "2023-13", "9000", "", "", "1", ""},
		{"用工", "错-02 号码校验位不对", "11010519900307999X", "", "", "110000", "甲", "职工", "", "2023-01", "2023-06", "9000", "", "", "1", ""},
		{"用工", "错-03 工资为负", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-01", "2023-06", "-9000", "", "", "1", ""},
		{"用工", "错-04 同一单位月份重叠", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-01", "2023-06", "9000", "", "", "1", ""},
		{"用工", "错-04 同一单位月份重叠", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-06", "2023-12", "9500", "", "", "1", ""},
		{"用工", "错-05 没有的统筹区", "", "1990-03-07", "男", "999999", "甲", "职工", "", "2023-01", "2023-06", "9000", "", "", "1", ""},
		{"用工", "错-06 终止早于起始", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-06", "2023-01", "9000", "", "", "1", ""},
		{"用工", "错-07 没有工资", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-01", "2023-06", "", "", "", "1", ""},
		{"缴费", "错-08 金额带逗号", "", "1990-03-07", "男", "110000", "甲", "职工", "养老", "2023-01", "2023-06", "", "9,000", "", "1", ""},
		{"缴费", "错-09 日期不存在", "", "1990-03-07", "男", "110000", "甲", "职工", "养老", "2023-01", "2023-01", "", "9000", "2023-02-30", "1", ""},
		{"用工", "对-10 这一人没有错", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-01", "2023-06", "9000", "", "", "1", "大型企业及其他"},
		{"缴费", "对-10 这一人没有错", "", "1990-03-07", "男", "110000", "甲", "职工", "", "2023-01", "2023-04", "", "9000", "", "1", "大型企业及其他"},
	}
	buf := bytes.NewBufferString("\uFEFF")
	w := csv.NewWriter(buf)
	err := w.WriteAll(lines)
	return buf.Bytes(), err
}

const intro = `# Who is who in the sample 样本人物

Fictional persons in Beijing (beijing.csv, UTF-8), Shanghai (shanghai.csv, GB18030) and Nanjing (nanjing.xlsx, English
headings), as of 2026-11-23. No number, employer or life is real. The table names the persons with a situation; all
others have an ordinary history, which their label says: 按时缴费 paid in time, 漏报短期 some months left out, 换工作 changed
jobs, 换工作空档 a pause between jobs, 少报基数 base too low, 迟缴 paid late, 申报未缴 declared and not paid, 入职迟登记 registered
late, 扣款失败后补扣 debit repeated, 离职停保 left work, 前单位未参保 a former employer insured nothing.
mistakes.csv holds rows that are wrong on purpose: they come back in a mend file, and one person passes.

样本中的人物、号码、单位均属虚构，计算日为2026-11-23。下表列出有专门情形的人物，其余人物的标签就是其经历。mistakes.csv
里的错行会退回修改文件，只有一人通过。

Pages of the mission 情形出处: SEED-000 how to make up social insurance; SEED-001 why does the unit pay back;
SEED-002 how to restore contributions; SEED-003 employees' medical insurance made up; SEED-004 can medical insurance be
replenished. Cards, appointments and enforcement orders of those pages are no part of a history and not in the sample.

Written by demo/generate.go; run ` + "`go run demo/generate.go`" + ` to write the sample again.

| Person 人员 | 情形 | Situation | Page 出处 | Look at 看什么 |
|---|---|---|---|---|
`

func situations(people []*cast.Person) []byte {
	var b strings.Builder
	b.WriteString(intro)
	for _, p := range people {
		if s := p.Story; s.ZH != "" {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", p.Label, s.ZH, s.EN, s.Page, s.Look)
		}
	}
	return []byte(b.String())
}
