package report

import (
	"bufio"
	"errors"
	"io"
	"os"
)

// spool keeps text on disk that comes after text that is not known yet.
type spool struct {
	*bufio.Writer
	file *os.File
}

// newSpool opens a temporary file that is gone as soon as it is closed, even
// if the program is stopped; where an open file cannot be removed, close does.
func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "bujiao-report-*")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name())
	return &spool{bufio.NewWriterSize(f, 64<<10), f}, nil
}

// copyTo writes all that was kept, and closes the spool.
func (s *spool) copyTo(w io.Writer) error {
	err := s.Flush()
	if err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err == nil {
		_, err = io.Copy(w, s.file)
	}
	return errors.Join(err, s.close())
}

func (s *spool) close() error {
	err := s.file.Close()
	if rm := os.Remove(s.file.Name()); rm != nil && !errors.Is(rm, os.ErrNotExist) {
		err = errors.Join(err, rm)
	}
	return err
}
