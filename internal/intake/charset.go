package intake

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// charset is how a CSV file writes its characters.
type charset uint8

const (
	charsetOpen charset = iota // only ASCII so far; the first other row decides
	charsetUTF8
	charsetGB18030
)

// format is what the first bytes of a file say it is.
type format uint8

const (
	formatCSV format = iota
	formatZip
	formatOldExcel // .xls, and .xlsx with a password
	formatUTF16
	formatBinary
)

// sniffLen is how much of a file is looked at to tell format and charset.
const sniffLen = 64 << 10

var utf8BOM = []byte("\xEF\xBB\xBF")

func sniffFormat(b []byte) format {
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")) || bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return formatZip
	case bytes.HasPrefix(b, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return formatOldExcel
	case bytes.HasPrefix(b, []byte("\xFF\xFE")) || bytes.HasPrefix(b, []byte("\xFE\xFF")):
		return formatUTF16
	case bytes.IndexByte(b, 0) >= 0 || bytes.HasPrefix(b, []byte("%PDF-")):
		return formatBinary
	}
	return formatCSV
}

// sniffCharset decides by the first bytes of a file without a mark. Text that
// is not UTF-8 throughout still counts as UTF-8 when its bad bytes are few
// against the characters that are right: reading such a file as GB18030 would
// turn all of it into other characters, and quietly.
func sniffCharset(b []byte, cut bool) charset {
	good, bad := 0, 0
	for len(b) > 0 {
		if n := asciiLen(b); n > 0 {
			b = b[n:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case cut && !utf8.FullRune(b): // the end fell into a character
			b = nil
			continue
		default:
			bad++
		}
		b = b[n:]
	}
	switch {
	case good == 0 && bad == 0:
		return charsetOpen
	case bad*4 <= good:
		return charsetUTF8
	}
	return charsetGB18030
}

// asciiLen returns how many bytes at the start are ASCII.
func asciiLen(b []byte) int {
	n := 0
	for len(b)-n >= 8 && binary.LittleEndian.Uint64(b[n:])&0x8080808080808080 == 0 {
		n += 8
	}
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	return n
}

// gbDecoder turns GB18030 into UTF-8. Bytes that are no character become
// U+FFFD, which the converter refuses; so nothing is replaced in silence.
type gbDecoder struct{ t transform.Transformer }

func newGBDecoder() gbDecoder { return gbDecoder{simplifiedchinese.GB18030.NewDecoder().Transformer} }

// appendTo appends the decoded field to dst.
func (d gbDecoder) appendTo(dst, field []byte) []byte {
	d.t.Reset()
	for {
		if cap(dst)-len(dst) < 2*len(field)+utf8.UTFMax {
			dst = append(dst, make([]byte, 2*len(field)+utf8.UTFMax)...)[:len(dst)]
		}
		n, m, err := d.t.Transform(dst[len(dst):cap(dst)], field, true)
		dst, field = dst[:len(dst)+n], field[m:]
		if err != transform.ErrShortDst {
			return dst
		}
	}
}
