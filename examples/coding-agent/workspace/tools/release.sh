#!/usr/bin/env bash
set -euo pipefail

version() {
  git describe --tags --always
}

pack() {
  tar -czf "shop-$(version).tgz" src web
}

pack
