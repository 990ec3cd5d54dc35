// Command yaml-reader says what kustomize and Helm make of YAML texts. Each line of its input is a text, as a JSON string;
// each line of its output is the answer, as JSON. It opens no file and no connection.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/yaml"
)

const maxLineBytes = 4 << 20

type answer struct {
	// What sigs.k8s.io/yaml makes of the first document: kustomize reads a kustomization so, and Helm a Chart.yaml.
	First json.RawMessage `json:"first,omitempty"`
	// What kyaml makes of every document that is not empty: kustomize reads resources and plugins so.
	Documents []json.RawMessage `json:"documents,omitempty"`
	// Why one of them does not read the text.
	FirstError     string `json:"firstError,omitempty"`
	DocumentsError string `json:"documentsError,omitempty"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("yaml-reader, kyaml v0.21.2, sigs.k8s.io/yaml v1.6.0")
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
	var err error
	if said.First, err = guarded(func() (json.RawMessage, error) { return yaml.YAMLToJSON([]byte(text)) }); err != nil {
		said.FirstError = err.Error()
	}
	if said.Documents, err = guarded(func() ([]json.RawMessage, error) { return readDocuments([]byte(text)) }); err != nil {
		said.DocumentsError = err.Error()
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

// readDocuments takes the way of a plugin's configuration: kustomize v5, api/internal/plugins/loader/loader.go.
func readDocuments(text []byte) ([]json.RawMessage, error) {
	nodes, err := kio.FromBytes(text)
	if err != nil {
		return nil, err
	}
	var documents []json.RawMessage
	for _, node := range nodes {
		asJSON, err := node.MarshalJSON()
		if err != nil {
			return nil, err
		}
		asYAML, err := yaml.JSONToYAML(asJSON)
		if err != nil {
			return nil, err
		}
		if asJSON, err = yaml.YAMLToJSON(asYAML); err != nil {
			return nil, err
		}
		documents = append(documents, asJSON)
	}
	return documents, nil
}

// guarded makes an error of a panic: a program that ends so does not read the text either.
func guarded[T any](read func() (T, error)) (result T, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("panic: %v", problem)
		}
	}()
	return read()
}
