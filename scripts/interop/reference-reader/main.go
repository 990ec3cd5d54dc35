// Command reference-reader says what github.com/distribution/reference makes of texts: containerd, Docker and the registries read image
// references by it. Each line of its input is a text, as a JSON string; each line of its output is the answer, as JSON. It opens no file
// and no connection.
package main

import (
	"bufio"
	_ "crypto/sha256" // a digest may name an algorithm that the program knows
	_ "crypto/sha512"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/distribution/reference"
)

const maxLineBytes = 4 << 20

type parts struct {
	Name   string `json:"name"`
	Domain string `json:"domain"`
	Path   string `json:"path"`
	Tag    string `json:"tag,omitempty"`
	Digest string `json:"digest,omitempty"`
}

type answer struct {
	// What reference.Parse makes of the text: nothing is added. Absent if it is not a reference.
	Parsed *parts `json:"parsed,omitempty"`
	// What reference.ParseNormalizedNamed makes of it: the short forms of Docker Hub are spelled in full.
	Normalised *parts `json:"normalised,omitempty"`
	Error      string `json:"error,omitempty"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("reference-reader, distribution/reference v0.6.0")
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 0, 64<<10), maxLineBytes)
	answers := bufio.NewWriter(os.Stdout)
	for lines.Scan() {
		if err := answerLine(lines.Bytes(), answers); err != nil {
			log.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		log.Fatal(err)
	}
}

func answerLine(line []byte, answers *bufio.Writer) error {
	var text string
	if err := json.Unmarshal(line, &text); err != nil {
		return err
	}
	var said answer
	parsed, err := reference.Parse(text)
	if err != nil {
		said.Error = err.Error()
	} else {
		said.Parsed = partsOf(parsed)
	}
	if normalised, err := reference.ParseNormalizedNamed(text); err == nil {
		said.Normalised = partsOf(normalised)
	}
	written, err := json.Marshal(said)
	if err != nil {
		return err
	}
	if _, err = answers.Write(append(written, '\n')); err != nil {
		return err
	}
	return answers.Flush()
}

func partsOf(read reference.Reference) *parts {
	named, ok := read.(reference.Named)
	if !ok {
		return nil // a digest alone, or nothing
	}
	found := &parts{Name: named.Name(), Domain: reference.Domain(named), Path: reference.Path(named)}
	if tagged, ok := read.(reference.Tagged); ok {
		found.Tag = tagged.Tag()
	}
	if digested, ok := read.(reference.Digested); ok {
		found.Digest = digested.Digest().String()
	}
	return found
}
