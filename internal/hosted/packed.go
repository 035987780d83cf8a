package hosted

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"sync"

	"github.com/bowline/bowline/web"
)

// packed is the beginning of a page, compressed once for all pages that begin
// so. It is a gzip member without its end: whole blocks of deflate up to a byte
// boundary, so that those of the rest can follow (RFC 1951 section 3.2, RFC 1952
// section 2.3).
type packed struct {
	plain []byte
	small []byte
	sum   uint32
}

// gzipHeader is that of a member without a name or a time, made by no particular system.
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

func pack(page string) packed {
	plain := []byte(page)
	var small bytes.Buffer
	small.Write(gzipHeader)
	packer, err := flate.NewWriter(&small, flate.BestCompression)
	if err != nil {
		panic(err) // the level is a constant, and a good one
	}
	_, err = packer.Write(plain)
	if err := errors.Join(err, packer.Flush()); err != nil {
		panic(err) // writing to memory does not fail
	}
	return packed{plain, small.Bytes(), crc32.ChecksumIEEE(plain)}
}

// packers are kept, because each one weighs most of a megabyte.
var packers = sync.Pool{New: func() any {
	packer, err := flate.NewWriter(io.Discard, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is a constant, and a good one
	}
	return packer
}}

// with returns the compressed page that goes on with rest.
func (p packed) with(rest []byte) []byte {
	page := bytes.NewBuffer(make([]byte, 0, len(p.small)+len(rest)+64))
	page.Write(p.small)
	packer := packers.Get().(*flate.Writer)
	defer packers.Put(packer)
	packer.Reset(page)
	_, err := packer.Write(rest)
	if err := errors.Join(err, packer.Close()); err != nil {
		panic(err) // writing to memory does not fail
	}
	end := binary.LittleEndian.AppendUint32(nil, crc32.Update(p.sum, crc32.IEEETable, rest))
	page.Write(binary.LittleEndian.AppendUint32(end, uint32(len(p.plain)+len(rest)))) //nolint:gosec // modulo 2^32, as the format has it
	return page.Bytes()
}

// deliver sends the page that goes on with rest, compressed where the browser
// takes that. Compression tells an eavesdropper who can choose a part of the
// page what another part of it is, when the same secret comes again and again
// (BREACH). Here nothing does: what a request brings is sealed into the flow and
// not repeated in the clear, and the flow, the one thing worth guessing, is new
// and random in each answer.
func (p packed) deliver(w http.ResponseWriter, r *http.Request, status int, rest []byte) {
	header := w.Header()
	header.Add("Vary", "Accept-Encoding")
	if web.Accepts(r.Header.Values("Accept-Encoding"), "gzip") {
		page := p.with(rest)
		header.Set("Content-Encoding", "gzip")
		header.Set("Content-Length", strconv.Itoa(len(page)))
		w.WriteHeader(status)
		// A failed write means that the browser left; there is nobody to tell.
		_, _ = w.Write(page)
		return
	}
	header.Set("Content-Length", strconv.Itoa(len(p.plain)+len(rest)))
	w.WriteHeader(status)
	if _, err := w.Write(p.plain); err == nil {
		_, _ = w.Write(rest)
	}
}
