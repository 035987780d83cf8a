package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
)

type newCommand struct {
	Key    string `arg:"" help:"Four lower-case letters that will name the integration, for good."`
	Name   string `help:"What customers read."`
	Dir    string `default:"." help:"Where to write KEY.yaml."`
	Server string `default:"http://127.0.0.1:8080" env:"BOWLINE_PUBLIC_URL" help:"URL of a Bowline whose schema the editor reads."`
}

// Run writes the file of a new integration, which then wants its endpoints.
func (c newCommand) Run() error { return c.run(os.Stdout) }

func (c newCommand) run(out io.Writer) error {
	text, err := catalog.Starter(c.Key, c.Name, strings.TrimRight(c.Server, "/")+catalog.SchemaPath)
	if err != nil {
		return err
	}
	path := filepath.Join(c.Dir, c.Key+".yaml")
	if err := create(path, text); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Wrote %s. Fill in what says FILL-IN, then run: bowline catalog lint %s\n", path, c.Dir)
	return err
}

// create writes a file that is not there yet.
func create(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // the operator names the path, and the file holds no secret
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already and stays as it is", path)
	}
	if err != nil {
		return fmt.Errorf("create the integration: %w", err)
	}
	_, err = file.Write(text)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write the integration: %w", err)
	}
	return nil
}
