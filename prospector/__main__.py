"""`python -m prospector`."""

from prospector.cli.main import main

if __name__ == "__main__":
    main()
