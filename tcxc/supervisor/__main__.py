"""`python -m tcxc.supervisor` is `make run` without the installation."""

from tcxc.supervisor.house import main

main()
