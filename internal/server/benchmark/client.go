package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// client is one keep-alive connection of the load generator. It speaks just
// enough HTTP/1.1 to drive a server that we trust, because a full client costs
// as much as a full server and would halve every figure.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	out     []byte
	host    string
	body    []byte
	cookies []string // name=value, of the visit in progress
}

// reply is an answer. Its body is good until the client's next call.
type reply struct {
	status   int
	location string
	body     []byte
}

// call is a request. Header holds complete lines, each with its line break.
type call struct {
	method, path, header string
	body                 string
}

// callLimit ends a call that a broken server leaves hanging.
const callLimit = 30 * time.Second

func dial(host string) (*client, error) {
	conn, err := net.DialTimeout("tcp", host, callLimit) //nolint:noctx // bounded by its own limit
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 16<<10), host: host}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// do sends a request and reads the whole answer.
func (c *client) do(r call) (reply, error) {
	if err := c.conn.SetDeadline(time.Now().Add(callLimit)); err != nil {
		return reply{}, err
	}
	b := append(c.out[:0], r.method...)
	b = append(append(b, ' '), r.path...)
	b = append(append(b, " HTTP/1.1\r\nHost: "...), c.host...)
	b = append(append(b, "\r\n"...), r.header...)
	if len(c.cookies) > 0 {
		b = append(append(append(b, "Cookie: "...), strings.Join(c.cookies, "; ")...), "\r\n"...)
	}
	if r.body != "" {
		b = strconv.AppendInt(append(b, "Content-Length: "...), int64(len(r.body)), 10)
		b = append(b, "\r\n"...)
	}
	c.out = append(append(b, "\r\n"...), r.body...)
	if _, err := c.conn.Write(c.out); err != nil {
		return reply{}, fmt.Errorf("send %s: %w", r.method, err)
	}
	got, err := c.read()
	if err != nil {
		return reply{}, fmt.Errorf("read answer to %s: %w", r.method, err)
	}
	return got, nil
}

// expect is do for an answer that must have the given status.
func (c *client) expect(status int, r call) (reply, error) {
	got, err := c.do(r)
	if err == nil && got.status != status {
		path, _, _ := strings.Cut(r.path, "?")
		err = fmt.Errorf("%s %s: status %d instead of %d: %.300s", r.method, path, got.status, status, got.body)
	}
	return got, err
}

func (c *client) read() (reply, error) {
	line, err := c.line()
	if err != nil {
		return reply{}, err
	}
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return reply{}, errors.New("no status line")
	}
	var got reply
	if got.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return reply{}, errors.New("no status")
	}
	length := 0
	for {
		if line, err = c.line(); err != nil {
			return reply{}, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) {
		case "Content-Length":
			if length, err = strconv.Atoi(string(value)); err != nil {
				return reply{}, errors.New("no length")
			}
		case "Transfer-Encoding":
			length = -1
		case "Location":
			got.location = string(value)
		case "Set-Cookie":
			cookie, _, _ := bytes.Cut(value, []byte(";"))
			c.cookies = append(c.cookies, string(cookie))
		}
	}
	c.body = c.body[:0]
	if length < 0 {
		err = c.chunks()
	} else if got.status != 204 && got.status != 304 {
		err = c.take(length)
	}
	got.body = c.body
	return got, err
}

// chunks reads a chunked body (RFC 9112 section 7.1) without trailers.
func (c *client) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		size, err := strconv.ParseUint(string(line), 16, 31)
		if err != nil {
			return errors.New("no chunk size")
		}
		if err := c.take(int(size)); err != nil {
			return err
		}
		if _, err := c.line(); err != nil || size == 0 {
			return err
		}
	}
}

func (c *client) take(n int) error {
	at := len(c.body)
	for cap(c.body) < at+n {
		c.body = append(c.body[:cap(c.body)], 0)
	}
	c.body = c.body[:at+n]
	_, err := io.ReadFull(c.in, c.body[at:])
	return err
}

func (c *client) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(line[:len(line)-1], []byte("\r")), nil
}
