package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bowline/bowline/internal/seal"
)

// keysetFile is where a laptop keeps its keyset: beside the database, never in
// it.
const keysetFile = "keyset"

// sealer opens the configured keyset. Without one it uses the file in the data
// directory and makes that file on a first start.
func (c config) sealer() (*seal.Sealer, error) {
	text := c.EncryptionKeyset
	if path, isFile := strings.CutPrefix(text, "file:"); isFile {
		kept, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read the encryption keyset: %w", err)
		}
		text = string(kept)
	}
	if text == "" {
		var err error
		if text, err = ownKeyset(c.DataDir); err != nil {
			return nil, err
		}
	}
	sealer, err := seal.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("open the encryption keyset: %w", err)
	}
	return sealer, nil
}

func ownKeyset(dir string) (string, error) {
	path := filepath.Join(dir, keysetFile)
	kept, err := os.ReadFile(path)
	if err == nil {
		return string(kept), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the encryption keyset: %w", err)
	}
	text, err := seal.Generate()
	if err != nil {
		return "", fmt.Errorf("make an encryption keyset: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the data directory: %w", err)
	}
	// A file that appears whole or not at all: a half-written keyset would lock
	// everybody out of a database sealed with it.
	draft, err := os.CreateTemp(dir, keysetFile+".*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("keep the encryption keyset: %w", err)
	}
	_, writeErr := draft.WriteString(text + "\n")
	err = errors.Join(writeErr, draft.Sync(), draft.Close())
	if err == nil {
		err = os.Link(draft.Name(), path) // fails if another process was first
	}
	_ = os.Remove(draft.Name())
	if errors.Is(err, fs.ErrExist) {
		return ownKeyset(dir)
	}
	if err != nil {
		return "", fmt.Errorf("keep the encryption keyset: %w", err)
	}
	return text, nil
}

type generateCommand struct{}

// Run prints a fresh keyset. It is a secret: send it to a file or a vault.
func (generateCommand) Run() error {
	text, err := seal.Generate()
	if err != nil {
		return fmt.Errorf("make an encryption keyset: %w", err)
	}
	fmt.Println(text)
	return nil
}

// keysetCommand is a command that changes a keyset and prints the result.
type keysetCommand struct {
	File string `arg:"" help:"File with the present keyset, or - for standard input."`
}

func (c keysetCommand) change(apply func(string) (string, error)) error {
	path := c.File
	if path == "-" {
		path = "/dev/stdin"
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the keyset: %w", err)
	}
	changed, err := apply(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	fmt.Println(changed)
	return nil
}

type rotateCommand struct{ keysetCommand }

// Run prints the keyset with a new primary key, for a single process.
func (c rotateCommand) Run() error { return c.change(seal.Rotate) }

type addCommand struct{ keysetCommand }

// Run prints the keyset with a new key that only opens values yet.
func (c addCommand) Run() error { return c.change(seal.Add) }

type promoteCommand struct{ keysetCommand }

// Run prints the keyset with its newest key as the primary one.
func (c promoteCommand) Run() error { return c.change(seal.Promote) }
