package intake

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func gb(t testing.TB, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const chineseHeader = "记录类型,人员编号,统筹区,单位,缴费人员类别,起始年月,终止年月,工资"

func TestCharsets(t *testing.T) {
	body := chineseHeader + "\n用工,张三,110000,北京㐀𠮷厂,职工,2024年1月,2024-12,8000\n"
	asciiHead := "record,person,area,employer,payer,from,to,wage\n"
	asciiRows := strings.Repeat("declared,P,110000,E,employee,2024-01,2024-01,\n", sniffLen/40)
	chineseRow := "用工,张三,110000,北京㐀𠮷厂,职工,2024-01,2024-12,8000\n"
	for _, c := range []struct {
		name string
		in   []byte
	}{
		{"utf-8", []byte(body)},
		{"utf-8 with a mark", append([]byte("\xEF\xBB\xBF"), body...)},
		{"gb18030", gb(t, body)},
		{"gb18030 in marks", gb(t, strings.ReplaceAll(body, "北京㐀𠮷厂", `"北京㐀𠮷厂"`))},
		{"utf-8 after 64 KiB of ASCII", []byte(asciiHead + asciiRows + chineseRow)},
		{"gb18030 after 64 KiB of ASCII", gb(t, asciiHead+asciiRows+chineseRow)},
		{"gb18030 in marks after 64 KiB of ASCII", gb(t, asciiHead+asciiRows+strings.ReplaceAll(chineseRow, "张三", `"张三"`))},
		{"utf-8 mark before ASCII", append([]byte("\xEF\xBB\xBF"), asciiHead+asciiRows+chineseRow...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readAll(t, "a.csv", c.in, testOptions)
			last := got[len(got)-1]
			if len(last.Rejects) > 0 {
				t.Fatal(problems(last.Rejects))
			}
			if last.Row.Person != "张三" || last.Row.Employer != "北京㐀𠮷厂" || last.Row.From != mustMonth("2024-01") {
				t.Errorf("got %+v", last.Row)
			}
		})
	}
}

// A UTF-8 file stays one wherever the first 64 KiB happen to end.
func TestCharacterAcrossThePrefix(t *testing.T) {
	row := "declared,张三,110000,,职工,2024-01,2024-01,\n"
	cut := 0
	for shift := range 3 {
		in := strings.Repeat(" ", shift) + chineseHeader + strings.Repeat("\n", 3) + "declared," + strings.Repeat("三", 60)
		in += ",110000,,职工,2024-01,2024-01,\n" + strings.Repeat(row[:9]+strings.Repeat("三", 60)+row[15:], sniffLen/200)
		if !utf8.ValidString(in[:sniffLen]) {
			cut++
		}
		got := readAll(t, "a.csv", []byte(in), testOptions)
		if last := got[len(got)-1]; last.Row.Person != strings.Repeat("三", 60) || last.Rejects != nil {
			t.Errorf("shift %d: %+v", shift, last)
		}
	}
	if cut == 0 {
		t.Error("no shift cut a character: the test tests nothing")
	}
}

// Bytes that are no characters cost their row, and no other.
func TestBadBytesAreReportedByRow(t *testing.T) {
	good := "用工,张三,110000,厂,职工,2024-01,2024-12,8000\n"
	for _, c := range []struct {
		name string
		in   []byte
		raw  string
	}{
		{"utf-8", []byte(chineseHeader + "\n" + good + "用工,张三,110000,\xd5\xc5厂,职工,2024-01,2024-12,8000\n" + good), "\xd5\xc5厂"},
		{
			"gb18030",
			append(append(gb(t, chineseHeader+"\n"+good+"用工,张三,110000,"), '\xff'), gb(t, "厂,职工,2024-01,2024-12,8000\n"+good)...),
			"\uFFFD厂",
		},
		{
			"gb18030 cut in a character",
			append(append(gb(t, chineseHeader+"\n"+good+"用工,张三,110000,厂"), '\xb3'), gb(t, ",职工,2024-01,2024-12,8000\n"+good)...),
			"厂\uFFFD",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readAll(t, "a.csv", c.in, testOptions)
			if len(got) != 3 {
				t.Fatalf("%d rows", len(got))
			}
			for i, want := range [][]string{nil, {"employer undecodable"}, nil} {
				if d := cmp.Diff(want, problems(got[i].Rejects)); d != "" {
					t.Errorf("row %d: %s", i, d)
				}
			}
			if got[1].Raw[3] != c.raw || got[1].Row.Person != "张三" {
				t.Errorf("got %q of %q", got[1].Raw[3], got[1].Row.Person)
			}
		})
	}
}

func TestSniffCharset(t *testing.T) {
	for _, c := range []struct {
		name string
		in   string
		cut  bool
		want charset
	}{
		{"empty", "", false, charsetOpen},
		{"ascii", "a,b", false, charsetOpen},
		{"utf-8", "长", false, charsetUTF8},
		{"cut character", "长"[:2], true, charsetOpen},
		{"character that ends the file early", "长"[:2], false, charsetGB18030},
		{"one bad byte among many characters", strings.Repeat("长", 10) + "\xff", false, charsetUTF8},
		{"gb18030", string(gb(t, "起始年月")), false, charsetGB18030},
		{"written replacement characters", "\uFFFD\uFFFD", false, charsetUTF8},
	} {
		if got := sniffCharset([]byte(c.in), c.cut); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestFilesThatAreNoHistory(t *testing.T) {
	for _, c := range []struct {
		name string
		in   string
		want string
	}{
		{"empty", "", "empty_file"},
		{"blank lines", "\n\n", "empty_file"},
		{"only a mark", "\xEF\xBB\xBF", "empty_file"},
		{"program", "\x7fELF\x02\x01\x01\x00\x00", "binary"},
		{"pdf", "%PDF-1.7\nwage", "binary"},
		{"utf-16", "\xff\xfer\x00e\x00", "utf16"},
		{"utf-16 the other way", "\xfe\xff\x00r", "utf16"},
		{"old excel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old_excel"},
		{"broken zip", "PK\x03\x04rest", "xlsx_damaged"},
		{"header with an open mark", "record,\"person\n", "header_malformed"},
		{"header without an end", strings.Repeat("x", maxRowBytes+chunkBytes), "header_malformed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Open("a.dat", strings.NewReader(c.in), int64(len(c.in)), testOptions)
			if r != nil {
				t.Error("a reader came with the fault")
			}
			if d := cmp.Diff([]string{c.want}, faultKeys(t, err)); d != "" {
				t.Error(d)
			}
			if !strings.Contains(err.Error(), "a.dat") {
				t.Errorf("%v does not name the file", err)
			}
		})
	}
}

func TestShapesOfRows(t *testing.T) {
	head := "record,person,area,payer,from,to,"
	good := "declared,P,110000,employee,2024-01,2024-02,"
	for _, c := range []struct {
		name, in, person string
		want             []string
	}{
		{"good", good, "P", nil},
		{"too few", "declared,P,110000", "P", []string{"too_few_fields"}},
		{"too few for a person", "declared", "", []string{"too_few_fields"}},
		{"too many", good + ",x", "P", []string{"too_many_fields"}},
		{"value without a heading", good + "x", "P", []string{"unnamed_column"}},
		{"mark out of place", "declared,P,110000,employee,2024-01,2024-02,a\"b", "P", []string{"quote"}},
		{"mark in the person", `declared,"P"x,110000,employee,2024-01,2024-02,`, "", []string{"quote"}},
		{"bad bytes in the person of a short row", "declared,\xff", "", []string{"too_few_fields"}},
		{"too long", strings.Repeat("x", maxRowBytes+chunkBytes), "", []string{"row_too_long"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := readAll(t, "a.csv", file(head, c.in, good), testOptions)
			if len(got) != 2 || got[1].Rejects != nil {
				t.Fatalf("%d rows, the last with %v", len(got), problems(got[len(got)-1].Rejects))
			}
			if d := cmp.Diff(c.want, problems(got[0].Rejects)); d != "" {
				t.Error(d)
			}
			if got[0].Row.Person != c.person || got[0].Row.Line != 2 {
				t.Errorf("person %q, line %d", got[0].Row.Person, got[0].Row.Line)
			}
		})
	}
}

func TestBlankRowsAreSkippedAndCounted(t *testing.T) {
	got := readAll(t, "a.csv", file("", "record,person,area,payer,month", "", ",,,,", " ,　,,,", "declared,P,110000,employee,2024-01"), testOptions)
	if len(got) != 1 || got[0].Row.Line != 6 || got[0].Rejects != nil {
		t.Fatalf("got %+v", got)
	}
	if r := got[0].Row; r.From != r.To || r.From != mustMonth("2024-01") {
		t.Errorf("one month became %s..%s", r.From, r.To)
	}
}

func TestHeaderOnly(t *testing.T) {
	if got := readAll(t, "a.csv", []byte(fullHeader), testOptions); got != nil {
		t.Errorf("got %v", got)
	}
}

func TestReaderErrorsNameTheFile(t *testing.T) {
	boom := errors.New("disk gone")
	for _, c := range []struct {
		name string
		r    io.Reader
	}{
		{"at once", iotest.ErrReader(boom)},
		{"in the header", io.MultiReader(strings.NewReader("record,per"), iotest.ErrReader(boom))},
	} {
		_, err := Open("a.csv", c.r, -1, testOptions)
		if !errors.Is(err, boom) || !strings.Contains(err.Error(), "a.csv") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// The first 64 KiB are read at Open; the error lies behind them.
	in := fullHeader + "\n" + strings.Repeat(line(nil)+"\n", sniffLen/100)
	r, err := Open("a.csv", io.MultiReader(strings.NewReader(in), iotest.ErrReader(boom)), -1, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, _, _, err = r.Next()
	}
	if !errors.Is(err, boom) || !strings.Contains(err.Error(), "a.csv") {
		t.Errorf("got %v", err)
	}
}

func TestReaderSaysItsName(t *testing.T) {
	r := open(t, "dir/a.csv", []byte(fullHeader), testOptions)
	if r.Name() != "dir/a.csv" {
		t.Error(r.Name())
	}
	if d := cmp.Diff(allColumns, r.Header().names); d != "" {
		t.Error(d)
	}
}

// However the input arrives, the rows are the same.
func TestReaderTakesAnyPortion(t *testing.T) {
	in := gb(t, chineseHeader+"\n"+strings.Repeat("用工,张三,110000,\"北京\n厂\",职工,2024-01,2024-12,8000\n用工,李四,110000,厂,职工,2024-13,2024-12,8000\n", 50))
	want := readAll(t, "a.csv", in, testOptions)
	if len(want) != 100 {
		t.Fatalf("%d rows", len(want))
	}
	for name, r := range map[string]io.Reader{
		"byte by byte": iotest.OneByteReader(bytes.NewReader(in)), "halves": iotest.HalfReader(bytes.NewReader(in)),
		"data with the end": iotest.DataErrReader(bytes.NewReader(in)),
	} {
		rd, err := Open("a.csv", r, -1, testOptions)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			row, rejects, raw, err := rd.Next()
			if err == io.EOF {
				if i != len(want) {
					t.Errorf("%s: %d rows", name, i)
				}
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want[i], result{row, rejects, raw}); d != "" {
				t.Fatalf("%s: %s", name, d)
			}
		}
	}
}
