// Command olareg serves an olareg registry in memory, which has the referrers API. olareg's own command cannot say which
// port the system has chosen. It prints its address and serves loopback until it is stopped.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/olareg/olareg"
	"github.com/olareg/olareg/config"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("olareg v0.2.2")
		return
	}
	registry := olareg.New(config.Config{Storage: config.ConfigStorage{StoreType: config.StoreMem}})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr())
	log.Fatal(http.Serve(listener, registry))
}
