package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Button is the image that a provider wants on the button that leads to it, for
// brands that allow no other. The usual button stays where there is none.
type Button struct {
	// File is the name of an image beside the integration's file, "" for none.
	File string `json:"file"`
	// HoverFile is the image under a pointer, "" for the same.
	HoverFile string `json:"hover"`

	image, hover picture
}

// Image returns the button, or with hover how it looks under a pointer, and its
// content type; ok is false when there is no official button. Serve it as
// Logo.Image says.
func (b Button) Image(hover bool) (data []byte, contentType string, ok bool) {
	shown := b.image
	if hover && b.hover.data != nil {
		shown = b.hover
	}
	return shown.data, shown.contentType(), shown.data != nil
}

// Exists says whether there is an official button.
func (b Button) Exists() bool { return b.image.data != nil }

// picture is an image of the operator's directory.
type picture struct {
	file string
	data []byte
}

// Content types of a picture.
const (
	typeSVG = "image/svg+xml"
	typePNG = "image/png"
)

func (p picture) contentType() string {
	if strings.HasSuffix(p.file, ".png") {
		return typePNG
	}
	return typeSVG
}

// maxPicture caps an image file, in bytes; maxSide its width and height.
const (
	maxPicture = 256 << 10
	maxSide    = 2048
)

// pictures are those of one integration that were put beside its file, or into
// the place of its file where it is a built-in one, by slot.
type pictures map[string]picture

// The slots of pictures, as their file names have them.
const (
	slotLogo   = "logo"
	slotButton = "button"
	slotHover  = "button-hover"
)

// pictureName is KEY.SLOT.TYPE. The slot is read loosely, so that a misspelled
// one is a fault rather than a picture that nobody ever sees.
var pictureName = regexp.MustCompile(`^([a-z]{4})\.([^.]+)\.(svg|png)$`)

// readPictures reads the pictures of a directory by the integration's key. An
// operator gives a built-in integration its official assets that way, without
// a copy of the file. known says which keys there are.
func readPictures(dir string, known func(key string) bool) (byKey map[string]pictures, faults []Fault) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, []Fault{{File: filepath.Base(dir), Rule: "cannot be read"}}
	}
	byKey = map[string]pictures{}
	for _, file := range files {
		parts := pictureName.FindStringSubmatch(file.Name())
		if parts == nil || file.IsDir() {
			continue
		}
		key, slot := parts[1], parts[2]
		image, err := readPicture(dir, file.Name())
		switch _, twice := byKey[key][slot]; {
		case !slices.Contains([]string{slotLogo, slotButton, slotHover}, slot):
			err = errors.New("must be called KEY.logo, KEY.button or KEY.button-hover")
		case !known(key):
			err = errors.New("belongs to no integration: there is none with this key")
		case twice:
			err = errors.New("is there with another ending too; keep one of the two")
		}
		if err != nil {
			faults = append(faults, Fault{File: file.Name(), Rule: err.Error()})
			continue
		}
		if byKey[key] == nil {
			byKey[key] = pictures{}
		}
		byKey[key][slot] = image
	}
	for _, found := range byKey {
		if hover := found[slotHover]; hover.data != nil && found[slotButton].data == nil {
			faults = append(faults, Fault{File: hover.file, Rule: "needs a picture of the button beside it"})
		}
	}
	return byKey, faults
}

// addPictures gives the pictures of a directory to the sources that they belong
// to. Those of a built-in integration that is left out are checked all the same.
func addPictures(sources map[string]source, dir string) []Fault {
	byKey, faults := readPictures(dir, func(key string) bool {
		_, own := sources[key+".yaml"]
		return own || isBuiltin(key)
	})
	for key, found := range byKey {
		if src, ok := sources[key+".yaml"]; ok {
			src.pictures = found
			sources[key+".yaml"] = src
		}
	}
	return faults
}

// loadPictures takes the images that the file names, and for the rest those
// that lie beside it.
func (d *document) loadPictures(in *Integration, src source) {
	load := func(p at, name, slot string) picture {
		switch {
		case name == "":
			return src.pictures[slot]
		case src.dir == "":
			d.faultf(p, "is for files of a catalog directory")
			return picture{}
		}
		image, err := readPicture(src.dir, name)
		if err != nil {
			d.faultf(p, "%s", err)
		}
		return image
	}
	in.Logo.image = load(at{"logo", "file"}, in.Logo.File, slotLogo)
	in.Button.image = load(at{"button", "file"}, in.Button.File, slotButton)
	in.Button.hover = load(at{"button", "hover"}, in.Button.HoverFile, slotHover)
}

// readPicture reads an image of the operator's directory.
func readPicture(dir, name string) (picture, error) {
	data, err := readCapped(filepath.Join(dir, name), maxPicture)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return picture{}, errors.New("there is no such file in the directory")
	case err != nil:
		return picture{}, err
	}
	if strings.HasSuffix(name, ".png") {
		config, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return picture{}, errors.New("is not a PNG image")
		}
		if config.Width > maxSide || config.Height > maxSide {
			return picture{}, fmt.Errorf("is larger than %d pixels", maxSide)
		}
		return picture{file: name, data: data}, nil
	}
	if !utf8.Valid(data) || !bytes.Contains(data, []byte("<svg")) {
		return picture{}, errors.New("is not an SVG image")
	}
	if bytes.Contains(bytes.ToLower(data), []byte("<script")) {
		return picture{}, errors.New("holds a script")
	}
	return picture{file: name, data: data}, nil
}
