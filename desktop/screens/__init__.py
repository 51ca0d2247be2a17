"""The screens of the shell, one package each, on `base.Screen`. They show what services say and hold no rule."""
