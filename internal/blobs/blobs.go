// Package blobs stores files in a folder or in an S3-compatible object store,
// through gocloud.dev. It sees only what is encrypted already and names that
// say nothing.
package blobs

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3:// addresses

	"gocloud.dev/gcerrors"

	"bujiao/internal/books"
)

// Store is an open store of files. It is safe for concurrent use.
type Store struct{ bucket *blob.Bucket }

// Open opens the store at an address: a folder, which is made, or
// s3://BUCKET?region=...&endpoint=... with the credentials of the environment.
func Open(ctx context.Context, address string) (*Store, error) {
	if strings.HasPrefix(address, "s3://") {
		b, err := blob.OpenBucket(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("open the store of files: %w", err)
		}
		return &Store{b}, nil
	}
	dir, err := filepath.Abs(address)
	if err != nil {
		return nil, fmt.Errorf("open the store of files: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the store of files: %w", err)
	}
	b, err := fileblob.OpenBucket(dir, &fileblob.Options{DirFileMode: 0o700, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	if err != nil {
		return nil, fmt.Errorf("open the store of files: %w", err)
	}
	return &Store{b}, nil
}

// Put writes a file whole or not at all.
func (s *Store) Put(ctx context.Context, name string, data []byte) error {
	err := s.bucket.WriteAll(ctx, name, data, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
	if err != nil {
		return fmt.Errorf("write file %s: %w", name, err)
	}
	return nil
}

// Get reads a file.
func (s *Store) Get(ctx context.Context, name string) ([]byte, error) {
	data, err := s.bucket.ReadAll(ctx, name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("file %s: %w", name, books.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", name, err)
	}
	return data, nil
}

// Delete removes a file; one that is not there is gone already.
func (s *Store) Delete(ctx context.Context, name string) error {
	if err := s.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("remove file %s: %w", name, err)
	}
	return nil
}

// Close ends the use.
func (s *Store) Close() error { return s.bucket.Close() }
