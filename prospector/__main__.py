"""`python -m prospector`."""

from prospector.cli.main import program

if __name__ == "__main__":
    program()
