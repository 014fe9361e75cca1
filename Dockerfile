# One image for the site, its worker and the preparation of the database; docker-compose.yml starts all three.
ARG PYTHON=python:3.13.7-slim-bookworm

FROM ${PYTHON} AS built
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
# Before the code, so that a change of code alone takes them from the cache.
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
COPY . .
ENV OCOP_STATIC_DIR=/app/static
# The commands need some key to start with; nothing of this one stays.
RUN export DJANGO_SECRET_KEY=only-while-the-image-is-built \
 && python manage.py compile_messages \
 && python manage.py build_fonts \
 && python manage.py collectstatic --no-input --verbosity 0 \
 && python -m compileall -q .

FROM ${PYTHON}
RUN useradd --system --uid 10001 --no-create-home --home-dir /data ocop \
 && install -d -o ocop -g ocop /data /data/media
COPY --from=built /venv /venv
COPY --from=built /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=marketplace.settings.production \
    OCOP_DATA_DIR=/data \
    OCOP_STATIC_DIR=/app/static
WORKDIR /app
USER ocop
EXPOSE 8000
# Workers and threads: GRANIAN_WORKERS and GRANIAN_BLOCKING_THREADS.
CMD ["granian", "marketplace.wsgi:application", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--respawn-failed-workers", "--log-level", "warning"]
