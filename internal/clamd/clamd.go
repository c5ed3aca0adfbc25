// Package clamd asks a running ClamAV daemon whether bytes are infected, over
// its socket, with the command INSTREAM: the daemon needs no file of ours.
//
// An answer that is neither clean nor infected, or none in time, is an error:
// what was not scanned is not clean.
package clamd

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Client asks the daemon at an address: unix:/run/clamav/clamd.ctl or tcp:host:port.
type Client struct {
	network, address string
	timeout          time.Duration
}

// Timeout bounds a question, the sending of the file included.
const Timeout = 2 * time.Minute

// New makes a client. It connects for each question.
func New(address string) (*Client, error) {
	network, rest, ok := strings.Cut(address, ":")
	if !ok || rest == "" || (network != "unix" && network != "tcp") {
		return nil, errors.New("the address of clamd is unix:PATH or tcp:HOST:PORT")
	}
	return &Client{network, rest, Timeout}, nil
}

// chunk is how much is sent at once; each part is preceded by its length.
const chunk = 128 << 10

// maxReply bounds an answer, which is one line.
const maxReply = 4096

// Scan returns what the bytes are infected with, empty for nothing.
func (c *Client) Scan(ctx context.Context, data []byte) (found string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	sent := send(conn, data)
	reply, err := io.ReadAll(io.LimitReader(conn, maxReply)) // a refusal may come before all is sent
	if err == nil && len(reply) == 0 {
		err = sent
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("clamd: %w", err)
	}
	return verdict(reply)
}

func send(w io.Writer, data []byte) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	for r := bytes.NewReader(data); r.Len() > 0; {
		n := min(r.Len(), chunk)
		if err := binary.Write(w, binary.BigEndian, uint32(n)); err != nil {
			return err
		}
		if _, err := io.CopyN(w, r, int64(n)); err != nil {
			return err
		}
	}
	return binary.Write(w, binary.BigEndian, uint32(0))
}

// verdict reads "stream: OK" or "stream: NAME FOUND".
func verdict(reply []byte) (string, error) {
	text, whole := strings.CutSuffix(string(reply), "\x00")
	text, named := strings.CutPrefix(text, "stream: ")
	if !whole || !named {
		return "", fmt.Errorf("clamd: unexpected answer %q", reply)
	}
	if text == "OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(text, " FOUND"); ok && name != "" {
		return name, nil
	}
	return "", fmt.Errorf("clamd: unexpected answer %q", reply)
}
