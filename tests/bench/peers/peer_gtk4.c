/* A form as large as form.h's with plain GTK 4 widgets. */
#include <gtk/gtk.h>
#include <stdio.h>

static void
after_paint(GdkFrameClock *clock, gpointer window)
{
	g_signal_handlers_disconnect_by_func(clock, (gpointer)(guintptr)after_paint, window);
	gdk_display_sync(gtk_widget_get_display(window));
	puts("first frame");
	fflush(stdout);
}

static void
realized(GtkWidget *window, gpointer data)
{
	(void)data;
	g_signal_connect(gtk_widget_get_frame_clock(window), "after-paint", G_CALLBACK(after_paint), window);
}

static GtkWidget *
fields(void)
{
	GtkWidget *grid = gtk_grid_new();
	gtk_grid_set_row_spacing(GTK_GRID(grid), 14);
	for (int i = 0; i < 10; i++) {
		GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6), *entry = gtk_entry_new();
		gtk_editable_set_text(GTK_EDITABLE(entry), i == 2 ? "梁凱晴" : "LEUNG Hoi Ching");
		gtk_widget_set_hexpand(entry, TRUE);
		gtk_box_append(GTK_BOX(box), gtk_label_new("Given names"));
		gtk_box_append(GTK_BOX(box), entry);
		gtk_box_append(GTK_BOX(box), gtk_label_new("As on the form"));
		gtk_grid_attach(GTK_GRID(grid), box, i % 2, i / 2, 1, 1);
	}
	return grid;
}

static GtkWidget *
rows(void)
{
	GtkWidget *grid = gtk_grid_new();
	for (int i = 0; i < 17; i++) {
		for (int k = 0; k < 4; k++) {
			char text[32];
			(void)snprintf(text, sizeof text, "WR04-%d%02d", k, i);
			GtkWidget *label = gtk_label_new(text);
			gtk_widget_set_hexpand(label, TRUE);
			gtk_grid_attach(GTK_GRID(grid), label, k, i, 1, 1);
		}
	}
	return grid;
}

static GtkWidget *
checks(void)
{
	GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 8);
	for (int i = 0; i < 7; i++) {
		gtk_box_append(GTK_BOX(box), gtk_check_button_new_with_label("Seen on the card"));
	}
	return box;
}

int
main(void)
{
	gtk_init();
	GtkWidget *window = gtk_window_new(), *page = gtk_box_new(GTK_ORIENTATION_VERTICAL, 20);
	GtkWidget *body = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 20), *bar = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 12);
	gtk_window_set_default_size(GTK_WINDOW(window), 1920, 1080);
	gtk_box_append(GTK_BOX(body), fields());
	gtk_box_append(GTK_BOX(body), rows());
	gtk_box_append(GTK_BOX(body), checks());
	gtk_box_append(GTK_BOX(bar), gtk_button_new_with_label("Back"));
	gtk_box_append(GTK_BOX(bar), gtk_button_new_with_label("Continue to fees"));
	gtk_box_append(GTK_BOX(page), gtk_label_new("Applicant details"));
	gtk_widget_set_vexpand(body, TRUE);
	gtk_box_append(GTK_BOX(page), body);
	gtk_box_append(GTK_BOX(page), bar);
	gtk_window_set_child(GTK_WINDOW(window), page);
	g_signal_connect(window, "realize", G_CALLBACK(realized), NULL);
	gtk_widget_set_visible(window, TRUE);
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	g_main_loop_run(loop);
	return 0;
}
