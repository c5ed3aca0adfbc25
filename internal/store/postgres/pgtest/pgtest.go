// Package pgtest starts a private PostgreSQL for tests: Debian's binaries, a
// socket in a temporary folder, no network. A test fails, and does not skip,
// where there are none; make test installs them.
package pgtest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// Server is a running PostgreSQL.
type Server struct {
	dir  string
	bin  string
	cred *syscall.Credential
	n    atomic.Int64
}

var (
	once   sync.Once
	shared *Server
	failed error
)

// Run runs the tests of a package and stops the server, if one was started.
// A package that uses New has it in its TestMain.
func Run(m *testing.M) int {
	code := m.Run()
	if shared != nil {
		if err := shared.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, "stop postgres:", err)
			return 1
		}
	}
	return code
}

// New makes an empty database in the server of this test binary, which it
// starts at first use, and returns its address.
func New(t testing.TB) string {
	t.Helper()
	once.Do(func() { shared, failed = Start() })
	if failed != nil {
		t.Fatalf("PostgreSQL is needed: apt-get install postgresql (%v)", failed)
	}
	address, err := shared.Database()
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// Start makes a server with one empty folder of data.
func Start() (*Server, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return nil, fmt.Errorf("no /usr/lib/postgresql/*/bin/initdb")
	}
	slices.Sort(found)
	s := &Server{bin: filepath.Dir(found[len(found)-1])}
	if s.dir, err = os.MkdirTemp("", "bujiao-pg"); err != nil {
		return nil, err
	}
	if os.Getuid() == 0 { // initdb refuses root
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("user postgres has no number")
		}
		s.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(s.dir, uid, gid); err != nil {
			return nil, err
		}
	}
	if err := s.command("initdb", "-D", s.data(), "-U", "bujiao", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"); err != nil {
		return nil, err
	}
	return s, s.Up()
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

func (s *Server) command(name string, args ...string) error {
	var out bytes.Buffer
	c := exec.Command(filepath.Join(s.bin, name), args...)
	c.Dir, c.Stdout, c.Stderr = s.dir, &out, &out
	if s.cred != nil {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: s.cred}
	}
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, out.Bytes())
	}
	return nil
}

// Up starts the server and waits until it answers.
func (s *Server) Up() error {
	return s.command("pg_ctl", "-D", s.data(), "-w", "-t", "60", "-l", filepath.Join(s.dir, "log"),
		"-o", "-k "+s.dir+" -c listen_addresses='' -c max_connections=200 -c shared_buffers=128MB -c max_wal_size=2GB -c max_prepared_transactions=16", "start")
}

// Down stops it as a power cut does ("immediate") or in order ("fast").
func (s *Server) Down(mode string) error {
	return s.command("pg_ctl", "-D", s.data(), "-w", "-t", "60", "-m", mode, "stop")
}

// Remove stops the server and removes its data.
func (s *Server) Remove() error {
	err := s.Down("immediate")
	return firstOf(err, os.RemoveAll(s.dir))
}

func firstOf(errs ...error) error {
	for _, e := range errs {
		if e != nil {
			return e
		}
	}
	return nil
}

// Address is the address of a database of the server.
func (s *Server) Address(name string) string {
	return "postgres://bujiao@/" + name + "?host=" + s.dir + "&sslmode=disable"
}

// Database makes an empty database and returns its address.
func (s *Server) Database() (string, error) {
	name := "test" + strconv.FormatInt(s.n.Add(1), 10)
	db, err := sql.Open("pgx", s.Address("postgres"))
	if err != nil {
		return "", err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return s.Address(name), nil
}
