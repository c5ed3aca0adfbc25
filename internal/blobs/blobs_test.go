package blobs_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"bujiao/internal/blobs"
	"bujiao/internal/books"
)

// TestStores puts, reads, replaces and removes in a folder and in an object
// store that speaks S3.
func TestStores(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("papers"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	folder := filepath.Join(t.TempDir(), "files", "deep")
	for _, address := range []string{folder, "s3://papers?region=cn-north-1&use_path_style=true&endpoint=" + server.URL} {
		s, err := blobs.Open(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		name, big := "110000/0123", bytes.Repeat([]byte{0, 1, 2, 255}, 3<<20)
		for _, data := range [][]byte{[]byte("first"), big} {
			if err := s.Put(t.Context(), name, data); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Get(t.Context(), name); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%s: %d bytes, want %d: %v", address, len(got), len(data), err)
			}
		}
		for range 2 {
			if err := s.Delete(t.Context(), name); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Get(t.Context(), name); !errors.Is(err, books.ErrNotFound) {
			t.Errorf("%s: what was removed: %v", address, err)
		}
		if err := s.Put(t.Context(), "110000/4567", []byte("x")); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	n := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err == nil && d.IsDir() && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v", path, info.Mode())
		}
		if !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil || n != 1 {
		t.Errorf("%d files in the folder, want 1: %v", n, err)
	}
}

func TestNoFolder(t *testing.T) {
	if _, err := blobs.Open(t.Context(), "/dev/null/x"); err == nil {
		t.Error("a folder under a file was opened")
	}
}
