"""Ports into real files and databases: journal, exports, site files, truth files."""
