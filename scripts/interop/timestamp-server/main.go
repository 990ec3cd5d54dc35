// Command timestamp-server serves Sigstore's timestamp authority, with a chain that it makes in memory, on loopback alone
// and on a port that the system chooses. The authority's own command also listens for metrics on port 2112 of every
// interface, so that a machine can run it only once. It prints its address and serves until it is stopped.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/sigstore/timestamp-authority/v2/pkg/server"
	"github.com/spf13/viper"
)

const timeout = 10 * time.Second

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("timestamp-server, timestamp-authority v2.1.3")
		return
	}
	// The authority's own defaults: cmd/timestamp-server/app/root.go, v2.1.3.
	policy := "1.3.6.1.4.1.57264.2"
	viper.Set("timestamp-signer", "memory")
	viper.Set("timestamp-signer-hash", "sha256")
	viper.Set("default-policy-oid", policy)
	viper.Set("accepted-policy-oids", []string{policy})
	viper.Set("max-request-body-size", 1<<20)
	authority := server.NewRestAPIServer("127.0.0.1", 0, []string{"http"}, false, timeout, timeout)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	log.Fatal(http.Serve(listener, authority.GetHandler()))
}
