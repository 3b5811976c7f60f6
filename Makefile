# make lab        sets everything up and opens the course in JupyterLab    (ARGS=--no-browser on a server)
# make test       sets everything up, runs the unit tests and every notebook, in at most ten minutes on two cores
# make test-all   the same with the slow tests too, about half an hour; make test-slow runs them alone
# make demo       cartoonizes the sample portrait in every embedded style into runs/demo/
# make notebooks  runs every notebook in lesson mode and stores its outputs
# make models     renders, trains and freezes the shipped models again (hours)
# make data       draws the Mini dataset again from its seeds: data/mini/
# make soak       draws 10 000 random people and names each picture that is wrong
# make format     formats the Python files              make lock     resolves the dependencies again
# make clean      removes the environments; your work in runs/ stays
# make -s python  prints the path of the environment's Python
#
# STACK=pinned|current   chooses the stack; without it: Python 3.8 if there is one, else the newest supported
# PYTHON=path            chooses the interpreter, and with it the stack
# EXTRAS=gpu,onnx        installs optional packages too
# ARGS=...               goes on to JupyterLab, or to pytest

STACK =
PYTHON =
EXTRAS =
ARGS =

# Prints the path of the environment's Python, having made the environment if needed.
READY = PYTHON="$(PYTHON)" sh tools/python.sh tools/bootstrap.py --stack "$(STACK)" --python "$(PYTHON)" --extras "$(EXTRAS)"
RUN = @python=$$($(READY)) && "$$python"
SOURCES = helpers tests data/make tools benchmarks

.PHONY: help lab test test-all test-slow demo notebooks models data soak format lock clean python

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

lab:
	$(RUN) tools/lab.py $(ARGS)

test:
	$(RUN) tools/run_tests.py $(ARGS)

test-all:
	$(RUN) tools/run_tests.py --all $(ARGS)

test-slow:
	$(RUN) tools/run_tests.py --slow $(ARGS)

demo:
	$(RUN) -m helpers demo

notebooks:
	$(RUN) data/make/run_notebooks.py $(ARGS)

models:
	$(RUN) tools/make_models.py

data:
	$(RUN) data/make/mini_dataset.py $(ARGS)

soak:
	$(RUN) tools/soak.py $(ARGS)

format:
	@python=$$($(READY)) && "$$python" -m ruff format $(wildcard $(SOURCES)) && "$$python" -m ruff check --fix $(wildcard $(SOURCES))

lock:
	$(RUN) tools/lock.py

clean:
	rm -rf .venv runs/.cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "The environments are gone. Your work in runs/ is still there: remove it by hand if you want to."

python:
	@$(READY)
