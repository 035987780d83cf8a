package catalog

import (
	"embed"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The icons are made by web/scripts/icons.mjs; icons/LICENSE.md says whose they
// are.
//
//go:embed icons/*.svg
var iconFiles embed.FS

// iconPaths are the outlines by name, in a square of 24. The files are part of
// the binary, so a fault in one is a fault of the build.
var iconPaths = sync.OnceValue(func() map[string]string {
	files, err := iconFiles.ReadDir("icons")
	if err != nil {
		panic("read embedded icons: " + err.Error())
	}
	paths := make(map[string]string, len(files))
	for _, file := range files {
		text, err := iconFiles.ReadFile("icons/" + file.Name())
		if err != nil {
			panic("read embedded icon: " + err.Error())
		}
		_, after, _ := strings.Cut(string(text), `<path d="`)
		paths[strings.TrimSuffix(file.Name(), ".svg")], _, _ = strings.Cut(after, `"`)
	}
	return paths
})

// Icons returns the names that Logo.Icon may have, sorted.
func Icons() []string { return slices.Sorted(maps.Keys(iconPaths())) }

func iconPath(name string) (outline string, ok bool) {
	if name == "" {
		return "", false
	}
	outline, ok = iconPaths()[name]
	return outline, ok
}

// contrast is the contrast ratio of two colours "#rrggbb", 1 to 21 (WCAG 2.2).
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

// luminance is the relative luminance of "#rrggbb" between 0 and 1 (WCAG 2.2).
func luminance(color string) float64 {
	v, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil {
		return 0
	}
	channel := func(shift uint) float64 {
		c := float64(v>>shift&0xff) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*channel(16) + .7152*channel(8) + .0722*channel(0)
}
